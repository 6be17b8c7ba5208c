package org.p3s.standalone.system.history;

import java.time.Instant;
import org.p3s.contracts.Event;

/**
 * A record of a topic, as a stranger reads it.
 *
 * @param id the event's id; a record with the same id is a repeat
 * @param at when the event was stored
 * @param place topic, partition and offset
 */
public record Told(String id, Instant at, String place, Event event) {}
