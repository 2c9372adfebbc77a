"""What a company agreed and may change: prices, pay policy, pay profiles. Each change shows its effect."""
