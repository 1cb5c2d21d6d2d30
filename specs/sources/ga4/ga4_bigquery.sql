-- The columns of the dataset `ga4_events`, over the tables of the export. Put your project and property in, create the
-- view, and name it in accord.yml:
--   warehouse: {profiles: {google: {url: "bigquery://PROJECT", tables: {ga4_events: PROJECT.DATASET.ga4_events}}}}
CREATE OR REPLACE VIEW `PROJECT.DATASET.ga4_events` AS
SELECT
  event_name,
  DATETIME(TIMESTAMP_MICROS(event_timestamp)) AS happened_at,
  user_pseudo_id,
  geo.country AS country,
  CAST(batch_page_id AS STRING) AS batch_page_id,
  CAST(batch_ordering_id AS STRING) AS batch_ordering_id,
  CAST(batch_event_index AS STRING) AS batch_event_index,
  (SELECT CAST(value.int_value AS STRING) FROM UNNEST(event_params) WHERE key = 'ga_session_id') AS session_id,
  (SELECT value.int_value FROM UNNEST(event_params) WHERE key = 'ga_session_number') AS session_number,
  (SELECT value.string_value FROM UNNEST(event_params) WHERE key = 'page_location') AS page_location,
  (SELECT value.string_value FROM UNNEST(event_params) WHERE key = 'form_id') AS form_id,
  session_traffic_source_last_click.manual_campaign.medium AS session_medium
FROM `PROJECT.analytics_PROPERTY.events_*`
WHERE _TABLE_SUFFIX BETWEEN '20260101' AND '20261231'
