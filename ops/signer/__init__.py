"""The signer: a process of its own that signs what the log is, and refuses to sign that it was something else."""
