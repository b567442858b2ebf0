// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.core;

import io.zabra.wire.client.DeleteRequest;
import io.zabra.wire.client.ExistsRequest;
import io.zabra.wire.client.GetChildrenRequest;
import io.zabra.wire.client.GetDataRequest;
import io.zabra.wire.client.SetDataRequest;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// One request from its decoded form to its encoded reply, by trees, sessions and watches of several sizes. Writes come
/// in groups that one flush makes durable.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 1)
public class NodeBenchmark {

    private static final int GROUP = 64;
    private static final int PATHS = 1 << 16;

    @Param({"1000", "100000", "1000000"})
    public int znodes;

    @Param({"32"})
    public int sessions;

    /// One-shot data watches: each session has one on each of some znodes that are not written here.
    @Param({"0"})
    public int watches;

    private BareNode node = new BareNode(0, 1);
    private String[] paths = {};
    private byte[] data = {};
    private int at;

    @Setup
    public void fill() {
        node = new BareNode(znodes, sessions);
        SplittableRandom random = new SplittableRandom(1);
        paths = new String[PATHS];
        for (int i = 0; i < PATHS; i++) {
            paths[i] = BareNode.path(random.nextInt(znodes));
        }
        data = new byte[100];
        for (int i = 0; i < watches; i++) {
            String watched = "/watched-" + i / sessions;
            if (i % sessions == 0) {
                node.create(watched, data);
                node.durable();
            }
            node.watch(watched, i % sessions);
        }
        if (node.node().watches().count() < watches) {
            throw new IllegalStateException("only " + node.node().watches().count() + " watches");
        }
    }

    private String path() {
        return paths[at++ & (PATHS - 1)];
    }

    @Benchmark
    public void getData() {
        node.submit(new GetDataRequest(path(), false));
    }

    @Benchmark
    public void exists() {
        node.submit(new ExistsRequest(path(), false));
    }

    @Benchmark
    public void children1000() {
        node.submit(new GetChildrenRequest(BareNode.parent(at++ % znodes), false));
    }

    @Benchmark
    @OperationsPerInvocation(GROUP)
    public void setData() {
        for (int i = 0; i < GROUP; i++) {
            node.submit(new SetDataRequest(path(), data, -1));
        }
        node.durable();
    }

    /// Two operations each: creates a znode, and deletes it.
    @Benchmark
    @OperationsPerInvocation(2 * GROUP)
    public void createAndDelete() {
        for (int i = 0; i < GROUP; i++) {
            node.create(BareNode.parent(at++ % znodes) + "/new", data);
            node.submit(new DeleteRequest(BareNode.parent((at - 1) % znodes) + "/new", -1));
        }
        node.durable();
    }

    /// A write that sets off one watch, and the watch's renewal.
    @Benchmark
    @OperationsPerInvocation(GROUP)
    public void setWatched() {
        for (int i = 0; i < GROUP; i++) {
            String path = path();
            node.submit(new GetDataRequest(path, true));
            node.submit(new SetDataRequest(path, data, -1));
        }
        node.durable();
    }
}
