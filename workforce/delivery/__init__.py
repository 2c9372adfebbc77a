"""Bringing payslips to people: published, sent by mail, read, signed for; people reminded."""
