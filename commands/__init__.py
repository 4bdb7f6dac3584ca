"""What changes things: commands, and the Vault that carries them out."""
