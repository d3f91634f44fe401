class ImageRefusedError(ValueError):
    """The upload is not an acceptable photo. The message is one sentence, in Chinese, for the uploader."""
