package org.apache.kafka;

/** Stands for a class of the Kafka client, which this module does not have. */
public final class LightRecord {}
