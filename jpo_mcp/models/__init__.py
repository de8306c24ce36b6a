"""What the JPO says, as pydantic records that read tolerantly and keep every field."""
