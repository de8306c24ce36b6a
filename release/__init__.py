"""What is shipped: built, described, and tried from clean environments. Nothing imports it."""
