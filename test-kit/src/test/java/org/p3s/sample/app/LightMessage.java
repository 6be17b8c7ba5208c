package org.p3s.sample.app;

import org.apache.kafka.LightRecord;

/** Breaks a rule: app uses Kafka. */
public record LightMessage(LightRecord kafka) {}
