"""The Contact Centre Planning Workbook: the whole planning cycle, stage by stage.

mission -> forecast -> staffing -> schedule -> action -> evaluation -> the next cycle's mission.
"""

__version__ = "0.1.0"
