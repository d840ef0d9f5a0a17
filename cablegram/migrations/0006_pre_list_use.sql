-- Who needs a contact list as it is: from its start until it is finished or cancelled, a campaign. Such a list can't be
-- replaced or deleted, so that everybody in it is reached once and nobody is lost. The campaign's room writes here
-- through the contacts' room, which knows nothing of campaigns.

CREATE TABLE contact_list_use (
    list_id uuid NOT NULL REFERENCES contact_list,
    campaign_id uuid NOT NULL,
    PRIMARY KEY (list_id, campaign_id)
);
CREATE INDEX contact_list_use_campaign ON contact_list_use (campaign_id);

-- Cancelled campaigns of which a carrier may still send something back, to be withdrawn too; then finished_at is set.
CREATE INDEX campaign_winding_down ON campaign (id) WHERE state = 'cancelled' AND finished_at IS NULL;
