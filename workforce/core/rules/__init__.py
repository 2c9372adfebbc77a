"""The policies of pay, one per file: functions over columns, used by the pay items."""
