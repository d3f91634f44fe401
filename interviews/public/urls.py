from django.urls import path, register_converter

from .api import views as api
from .params import Identifier
from .views import (
    corrections,
    exchange,
    features,
    feeds,
    front,
    machines,
    people,
    photos,
    preview,
    search,
    sitemaps,
    topics,
)

register_converter(Identifier, "key")

app_name = "public"

urlpatterns = [
    path("", front.front_page, name="front"),
    path("features/", features.feature_list, name="features"),
    path("features/<key:feature_id>/", features.feature, name="feature"),
    path("features/<key:feature_id>.json", features.feature_json, name="feature-json"),
    path("features/<key:feature_id>.ninjs.json", exchange.ninjs, name="ninjs"),
    path("features/<key:feature_id>.newsml.xml", exchange.newsml, name="newsml"),
    path("features/<key:feature_id>/history/", features.history, name="history"),
    path("features/<key:feature_id>/share-<slug:key>.png", features.share, name="share"),
    path("preview/<str:token>/", preview.preview, name="preview"),
    path("topics/", topics.topic_list, name="topics"),
    path("topics/<key:topic_id>/", topics.topic, name="topic"),
    path("speakers/", people.speaker_list, name="speakers"),
    path("speakers/<key:speaker_id>/", people.speaker, name="speaker"),
    path("contributors/<key:contributor_id>/", people.contributor, name="contributor"),
    path("photos/", photos.photo_list, name="photos"),
    path("photos/<key:photo_id>/", photos.photo, name="photo"),
    path("media/<key:photo_id>/<str:file>", photos.media, name="media"),
    path("corrections/", corrections.correction_list, name="corrections"),
    path("search/", search.search, name="search"),
    path("feeds/features.atom", feeds.features, name="features-feed"),
    path("feeds/topics.atom", feeds.topics, name="topics-feed"),
    path("sitemap.xml", sitemaps.index, name="sitemap-index"),
    path("sitemaps/<slug:name>-<key:number>.xml", sitemaps.section, name="sitemap"),
    path("news-sitemap.xml", sitemaps.news, name="news-sitemap"),
    path("api/v1/openapi.json", api.description, name="api-description"),
    path("api/v1/features/", api.features, name="api-features"),
    path("api/v1/features/<key:feature_id>/", api.feature, name="api-feature"),
    path("api/v1/topics/", api.topics, name="api-topics"),
    path("api/v1/topics/<key:topic_id>/", api.topic, name="api-topic"),
    path("api/v1/speakers/", api.speakers, name="api-speakers"),
    path("api/v1/speakers/<key:speaker_id>/", api.speaker, name="api-speaker"),
    path("api/v1/statements/", api.statements, name="api-statements"),
    path("api/v1/statements/<key:statement_id>/", api.statement, name="api-statement"),
    path("api/v1/photos/", api.photos, name="api-photos"),
    path("api/v1/photos/<key:photo_id>/", api.photo, name="api-photo"),
    path("api/v1/corrections/", api.corrections, name="api-corrections"),
    path("api/v1/corrections/<key:correction_id>/", api.correction, name="api-correction"),
    path("healthz", machines.healthz, name="healthz"),
    path("robots.txt", machines.robots, name="robots"),
    path("<slug:key>.txt", machines.indexnow_key, name="indexnow-key"),
]
