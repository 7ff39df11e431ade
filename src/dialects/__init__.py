"""Conversions between the engine and each API: requests to conversations, deltas to responses and events.

A PDF is read by its text (`dialects/pdf.py`, pypdf), in a process for each that is bounded in CPU time and
memory. A request with one is read twice: the first time finds the PDFs, and the second has their texts
(`Call.read`). Texts are remembered by the PDF's hash, as history brings it again with each turn.
"""
