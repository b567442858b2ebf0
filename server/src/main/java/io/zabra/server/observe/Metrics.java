// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.observe;

import io.zabra.core.base.Invariant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The numbers of one server, under the names of Apache ZooKeeper 3.9.5. Replaces Apache's `ServerMetrics`,
/// `ServerStats` and `DefaultMetricsProvider`.
///
/// The set of names is fixed: to ask for one that is not among them is a mistake in the code. Any thread may read.
public final class Metrics {

    private final Resets resets = new Resets();
    private final Map<String, Supplier<? extends Number>> gauges = new ConcurrentHashMap<>();
    private final Map<String, Supplier<SortedMap<String, Long>>> gaugeSets = new ConcurrentHashMap<>();
    private final Map<String, Counter> counters = new LinkedHashMap<>();
    private final Map<String, Summary> summaries = new LinkedHashMap<>();
    private final Map<String, Summary> detailed = new LinkedHashMap<>();
    private final Map<String, Namespaced<Counter>> counterSets = new LinkedHashMap<>();
    private final Map<String, Namespaced<Summary>> summarySets = new LinkedHashMap<>();

    private final Set<String> fed = ConcurrentHashMap.newKeySet();
    private final Counter packetsReceived = new Counter(resets);
    private final Counter packetsSent = new Counter(resets);
    private final Summary requestLatencyMs = new Summary(resets, false);
    private final LastMinMax responseSizes = new LastMinMax();

    public Metrics() {
        MetricNames.COUNTERS.forEach(name -> counters.put(name, new Counter(resets)));
        MetricNames.SUMMARIES.forEach(name -> summaries.put(name, new Summary(resets, false)));
        MetricNames.DETAILED.forEach(name -> detailed.put(name, new Summary(resets, true)));
        MetricNames.COUNTER_SETS.forEach(name -> counterSets.put(name, new Namespaced<>(() -> new Counter(resets))));
        MetricNames.SUMMARY_SETS.forEach(
                name -> summarySets.put(name, new Namespaced<>(() -> new Summary(resets, false))));
        MetricNames.GAUGES.forEach(name -> gauges.put(name, () -> 0L));
        MetricNames.OWN_GAUGES.forEach(name -> gauges.put(name, () -> 0L));
        gauge("avg_latency", () -> requestLatencyMs.totals().average());
        gauge("min_latency", () -> requestLatencyMs.totals().min());
        gauge("max_latency", () -> requestLatencyMs.totals().max());
        gauge("packets_received", packetsReceived::value);
        gauge("packets_sent", packetsSent::value);
        gauge("last_client_response_size", responseSizes::last);
        gauge("min_client_response_size", responseSizes::min);
        gauge("max_client_response_size", responseSizes::max);
        gauge("connection_drop_probability", () -> 0.0);
    }

    /// Packets from clients, four-letter words included.
    public Counter packetsReceived() {
        return packetsReceived;
    }

    /// Packets to clients.
    public Counter packetsSent() {
        return packetsSent;
    }

    /// Time from a request to its answer, reads and writes together, in milliseconds.
    public Summary requestLatencyMs() {
        return requestLatencyMs;
    }

    /// Lengths of responses to clients, in bytes.
    public LastMinMax responseSizes() {
        return responseSizes;
    }

    /// The counter of that name of Apache's.
    public Counter counter(String name) {
        fed.add(name);
        return known(counters.get(name), name);
    }

    /// The summary of that name of Apache's, with or without percentiles.
    public Summary summary(String name) {
        fed.add(name);
        Summary plain = summaries.get(name);
        return plain != null ? plain : known(detailed.get(name), name);
    }

    /// The counters by namespace of that name of Apache's.
    public Namespaced<Counter> counters(String name) {
        fed.add(name);
        return known(counterSets.get(name), name);
    }

    /// The summaries by namespace of that name of Apache's.
    public Namespaced<Summary> summaries(String name) {
        fed.add(name);
        return known(summarySets.get(name), name);
    }

    /// Says where the value of a gauge comes from; 0 until then. Any thread may ask for the value, without waiting.
    public void gauge(String name, Supplier<? extends Number> value) {
        boolean known = MetricNames.GAUGES.contains(name) || MetricNames.OWN_GAUGES.contains(name);
        Invariant.check(known, "there is no such gauge");
        fed.add(name);
        gauges.put(name, value);
    }

    /// Says where the values of a set of gauges come from, by namespace; none until then.
    public void gaugeSet(String name, Supplier<SortedMap<String, Long>> values) {
        Invariant.check(MetricNames.GAUGE_SETS.contains(name), "there is no such set of gauges");
        fed.add(name);
        gaugeSets.put(name, values);
    }

    /// The names that nobody has asked for or said anything of so far: they are shown as 0.
    public SortedSet<String> unfed() {
        var names = new TreeSet<String>();
        names.addAll(MetricNames.GAUGES);
        names.addAll(MetricNames.GAUGE_SETS);
        names.addAll(counters.keySet());
        names.addAll(counterSets.keySet());
        names.addAll(summaries.keySet());
        names.addAll(detailed.keySet());
        names.addAll(summarySets.keySet());
        names.removeAll(fed);
        return names;
    }

    /// The names that a standalone Zabra has nothing to say of.
    public static List<String> alwaysZeroAlone() {
        return Stream.concat(MetricNames.ALWAYS_ZERO.stream(), MetricNames.OF_MEMBERS.stream())
                .toList();
    }

    /// Hands out all metrics in Apache's order and then our own, without the prefix `zk_`. Fractions are [Double], all
    /// others whole.
    public void forEach(BiConsumer<String, Number> sink) {
        for (String name : MetricNames.GAUGES) {
            sink.accept(name, known(gauges.get(name), name).get());
        }
        for (String name : MetricNames.GAUGE_SETS) {
            gaugeSets
                    .getOrDefault(name, TreeMap::new)
                    .get()
                    .forEach((namespace, value) -> sink.accept(namespace + "_" + name, value));
        }
        counters.forEach((name, counter) -> sink.accept(name, counter.value()));
        counterSets.forEach((name, set) ->
                set.all().forEach((namespace, counter) -> sink.accept(namespace + "_" + name, counter.value())));
        summaries.forEach((name, summary) -> summary.lines(name, sink));
        detailed.forEach((name, summary) -> summary.lines(name, sink));
        summarySets.forEach(
                (name, set) -> set.all().forEach((namespace, summary) -> summary.lines(namespace + "_" + name, sink)));
        MetricNames.OWN_GAUGES.forEach(
                name -> sink.accept(name, known(gauges.get(name), name).get()));
    }

    /// Sets everything but the gauges to zero, as the word `srst` does.
    public void reset() {
        resets.reset();
        packetsReceived.resetShared();
        packetsSent.resetShared();
        counters.values().forEach(Counter::resetShared);
        counterSets.values().forEach(set -> set.all().values().forEach(Counter::resetShared));
        responseSizes.reset();
    }

    private static <T> T known(@Nullable T metric, String name) {
        Invariant.check(metric != null, "there is no metric %s", name);
        return Objects.requireNonNull(metric);
    }
}
