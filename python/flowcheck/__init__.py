from ._serve import serve
__all__=["serve"]
