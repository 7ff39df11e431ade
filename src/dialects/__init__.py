"""Conversions between the engine and each API: requests to conversations, deltas to responses and events.

A PDF is read as text (`dialects/pdf.py`, pypdf), in a process of its own with limits on CPU time and memory.
A request with PDFs is read twice: the first time finds them, the second time has their texts (`Call.read`).
Texts are cached by the PDF's hash, because the history repeats it in each turn.
"""
