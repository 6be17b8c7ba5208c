package org.p3s.standalone.system.history;

import java.time.Instant;
import org.p3s.contracts.Event;

/**
 * An event that was read from a topic.
 *
 * @param id of the event; a second record with this id is a repeat
 * @param at when the service stored the event
 * @param place topic, partition and offset
 */
public record RecordedEvent(String id, Instant at, String place, Event event) {}
