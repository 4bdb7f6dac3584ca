"""The proof: trees, tiles, signed checkpoints, and who has to have seen them (RFC 6962, C2SP)."""
