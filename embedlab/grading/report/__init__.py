"""The instructor's report of a graded assignment: tables, a CSV file, one HTML page."""

from embedlab.grading.report.csv import Lms, write_csv
from embedlab.grading.report.data import Report
from embedlab.grading.report.page import render, write_page
from embedlab.grading.report.summary import summary
from embedlab.grading.report.terminal import tables

__all__ = ["Lms", "Report", "render", "summary", "tables", "write_csv", "write_page"]
