// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.scenario;

import io.zabra.bench.load.Template;
import io.zabra.bench.load.Workload;
import io.zabra.wire.client.ExistsRequest;
import io.zabra.wire.client.GetChildrenRequest;
import io.zabra.wire.client.GetDataRequest;
import io.zabra.wire.client.MultiRequest;
import io.zabra.wire.client.Request;
import io.zabra.wire.client.SetDataRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/// The kinds of operation that closed loops are made of. The data set has at least 32 parents of 32 children each
/// (1000 each for [#CHILDREN_1000]).
enum Kind {
    GET,
    EXISTS,
    CHILDREN_1000,
    SET,
    CREATE,
    MULTI_10,
    MIXED,
    LOCK_CHAIN;

    private static final int PARENTS = 32;
    private static final int CHILDREN = 32;
    private static final int SETS_A_MULTI = 10;
    private static final int WRITE_PERCENT = 10;

    int childrenEach() {
        return switch (this) {
            case CHILDREN_1000 -> 1000;
            case LOCK_CHAIN -> 0;
            default -> CHILDREN;
        };
    }

    /// How many times heavier than a plain operation it is: so many fewer suffice to warm a server up.
    int weight() {
        return switch (this) {
            case CHILDREN_1000, MULTI_10, LOCK_CHAIN -> 10;
            default -> 1;
        };
    }

    /// Whether an operation is a chain of requests that needs each other's answers.
    boolean oneInFlight() {
        return this == LOCK_CHAIN;
    }

    /// Whether the workload holds the state of its sessions and so cannot go on with other ones.
    boolean fresh() {
        return this == LOCK_CHAIN;
    }

    Workload workload(int sessions, int valueSize) {
        byte[] value = new byte[valueSize];
        return switch (this) {
            case GET -> Mix.of(children(path -> new GetDataRequest(path, false)));
            case EXISTS -> Mix.of(children(path -> new ExistsRequest(path, false)));
            case CHILDREN_1000 ->
                Mix.of(IntStream.range(0, PARENTS)
                        .mapToObj(parent -> Template.of(new GetChildrenRequest(DataSet.parent(parent), false)))
                        .toArray(Template[]::new));
            case SET -> Mix.of(sets(value));
            case CREATE -> new Creates(sessions, value);
            case MULTI_10 -> Mix.of(multis(value));
            case MIXED -> Mix.of(children(path -> new GetDataRequest(path, false)), sets(value), WRITE_PERCENT);
            case LOCK_CHAIN -> new LockChain(sessions);
        };
    }

    static Template[] sets(byte[] value) {
        return children(path -> new SetDataRequest(path, value, -1));
    }

    private static Template[] children(Function<String, Request> request) {
        return IntStream.range(0, PARENTS * CHILDREN)
                .mapToObj(i -> Template.of(request.apply(DataSet.child(i / CHILDREN, i % CHILDREN))))
                .toArray(Template[]::new);
    }

    private static Template[] multis(byte[] value) {
        return IntStream.range(0, PARENTS * CHILDREN)
                .mapToObj(first -> Template.of(new MultiRequest(setsFrom(first, value))))
                .toArray(Template[]::new);
    }

    private static List<Request> setsFrom(int first, byte[] value) {
        List<Request> sets = new ArrayList<>();
        for (int i = first; i < first + SETS_A_MULTI; i++) {
            int child = i % (PARENTS * CHILDREN);
            sets.add(new SetDataRequest(DataSet.child(child / CHILDREN, child % CHILDREN), value, -1));
        }
        return sets;
    }
}
