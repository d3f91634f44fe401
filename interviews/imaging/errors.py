class ImageRefusedError(ValueError):
    """The bytes are no picture that we take. The text is one sentence for whoever uploaded them."""
