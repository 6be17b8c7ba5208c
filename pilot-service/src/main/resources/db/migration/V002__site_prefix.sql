-- what payloads run under, a container for instance; a JSON list of words
ALTER TABLE site ADD prefix text NOT NULL DEFAULT '[]';
