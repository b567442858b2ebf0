// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.scenario;

import io.zabra.bench.load.Budget;
import io.zabra.bench.load.ClosedLoop;
import io.zabra.bench.load.Fleet;
import io.zabra.bench.load.Phase;
import io.zabra.bench.load.Template;
import io.zabra.bench.load.Workload;
import io.zabra.wire.client.CreateRequest;
import io.zabra.wire.client.MultiRequest;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.client.Request;
import io.zabra.wire.data.Acl;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// The znodes that a scenario finds: parents under `/bench`, children with values of one size. Loaded by
/// pipelined multis on one session, so that parents come before children.
final class DataSet {

    static final String ROOT = "/bench";

    private static final int CREATES_A_MULTI = 100;
    private static final int MULTIS_IN_FLIGHT = 8;
    private static final int NO_OP = -1;

    private DataSet() {}

    /// `parents` times `childrenEach` znodes (or the parents alone). Their paths are 44 characters long.
    static Phase load(Fleet fleet, int parents, int childrenEach, byte[] value) throws IOException {
        List<List<Request>> batches = new ArrayList<>();
        batches.add(List.of(create(ROOT, new byte[0])));
        for (int parent = 0; parent < parents; parent++) {
            batches.add(List.of(create(parent(parent), new byte[0])));
        }
        Phase made = run(fleet, batches);
        if (childrenEach == 0) {
            return made;
        }
        var children = new Children(childrenEach, value);
        return ClosedLoop.run(
                fleet, children, MULTIS_IN_FLIGHT, Budget.ofRequests((long) parents * multisAParent(childrenEach)));
    }

    /// Creates the given znodes (those of one inner list atomically), in order.
    private static Phase run(Fleet fleet, List<List<Request>> batches) throws IOException {
        return ClosedLoop.run(fleet, new Batches(batches), 1, Budget.ofRequests(batches.size()));
    }

    static CreateRequest create(String path, byte[] value) {
        return new CreateRequest(OpCode.CREATE, path, value, Acl.OPEN, 0);
    }

    static String parent(int parent) {
        return "%s/tree-p%08d".formatted(ROOT, parent);
    }

    static String child(int parent, int child) {
        return "%s/znode-number%010d".formatted(parent(parent), child);
    }

    private static int multisAParent(int childrenEach) {
        return Math.ceilDiv(childrenEach, CREATES_A_MULTI);
    }

    /// Multis that are known one by one.
    private static class Batches implements Workload {

        private final List<List<Request>> batches;
        private int next;

        Batches(List<List<Request>> batches) {
            this.batches = batches;
        }

        @Override
        public void next(int session, int xid, ByteBuffer out) {
            Template.of(new MultiRequest(batch(next++))).put(out, xid);
        }

        List<Request> batch(int number) {
            return batches.get(number);
        }

        @Override
        public int maxFrameLength() {
            return batches.stream()
                    .mapToInt(batch -> Template.of(new MultiRequest(batch)).length())
                    .max()
                    .orElse(0);
        }

        @Override
        public boolean readsBodies() {
            return true;
        }

        @Override
        public boolean completed(int session, int error, ByteBuffer body, int bodyLength) {
            if (error != 0 || body.getInt(body.position()) == NO_OP) {
                throw new IllegalStateException("the data set could not be loaded: is the server empty? error "
                        + (error != 0 ? error : body.getInt(body.position() + 5)));
            }
            return true;
        }
    }

    /// The children of all parents, in multis that are made as they are sent.
    private static final class Children extends Batches {

        private final int childrenEach;
        private final byte[] value;

        Children(int childrenEach, byte[] value) {
            super(List.of());
            this.childrenEach = childrenEach;
            this.value = value;
        }

        @Override
        List<Request> batch(int number) {
            int parent = number / multisAParent(childrenEach);
            int first = number % multisAParent(childrenEach) * CREATES_A_MULTI;
            List<Request> creates = new ArrayList<>();
            for (int child = first; child < Math.min(childrenEach, first + CREATES_A_MULTI); child++) {
                creates.add(create(child(parent, child), value));
            }
            return creates;
        }

        @Override
        public int maxFrameLength() {
            return CREATES_A_MULTI * (value.length + 128) + 64;
        }
    }
}
