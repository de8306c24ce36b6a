"""What we claim, measured: `python -m bench`. Every figure stands beside its floor from the same run."""
