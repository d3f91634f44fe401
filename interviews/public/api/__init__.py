"""The read API, `/api/v1/`: public features, topics, speakers, statements, photos and corrections as JSON."""
