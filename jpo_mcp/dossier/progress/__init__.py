"""What a professional reads out of the rows of one case (経過情報): status, deadlines, family, changes. Asks nobody."""
