"""The workbook in a real Chromium."""
