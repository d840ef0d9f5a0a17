"""Characters and parts of a text message: GSM 03.38, UCS-2, segments, concatenation. Pure."""
