// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.world;

import io.zabra.core.base.Prng;
import io.zabra.wire.client.AddWatchRequest;
import io.zabra.wire.client.CheckVersionRequest;
import io.zabra.wire.client.CreateRequest;
import io.zabra.wire.client.DeleteRequest;
import io.zabra.wire.client.ExistsRequest;
import io.zabra.wire.client.GetChildren2Request;
import io.zabra.wire.client.GetDataRequest;
import io.zabra.wire.client.MultiRequest;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.client.PingRequest;
import io.zabra.wire.client.Request;
import io.zabra.wire.client.SetDataRequest;
import io.zabra.wire.data.Acl;
import java.util.ArrayList;
import java.util.List;

/// Requests drawn at random over few paths, so that they meet each other.
final class Workload {

    private static final String[] TOP = {"/a", "/b", "/c"};
    private static final String[] NAMES = {"x", "y", "z", "x/p", "y/q", "x/p/deep"};
    private static final int EPHEMERAL = 1;
    private static final int SEQUENTIAL = 2;
    private static final int CONTAINER = 4;

    private final Prng random;

    Workload(Prng random) {
        this.random = random;
    }

    Request next() {
        return switch (random.below(20)) {
            case 0, 1, 2, 3 -> create();
            case 4, 5, 6 -> new SetDataRequest(path(), data(), version());
            case 7, 8 -> new DeleteRequest(path(), version());
            case 9, 10 -> multi();
            case 11, 12, 13 -> new GetDataRequest(path(), random.chance(40));
            case 14, 15 -> new ExistsRequest(path(), random.chance(40));
            case 16, 17 -> new GetChildren2Request(path(), random.chance(40));
            case 18 -> random.chance(30) ? new AddWatchRequest(path(), random.below(2)) : new PingRequest();
            default -> new PingRequest();
        };
    }

    private Request create() {
        int flags = random.below(4);
        OpCode op = random.chance(50) ? OpCode.CREATE : OpCode.CREATE2;
        if (random.chance(10)) {
            return new CreateRequest(OpCode.CREATE_CONTAINER, path(), data(), Acl.OPEN, CONTAINER);
        }
        boolean sequential = (flags & SEQUENTIAL) != 0;
        boolean closed = random.chance(5) && (flags & EPHEMERAL) == 0;
        return new CreateRequest(
                op, sequential ? path() + "-" : path(), data(), closed ? Acl.READ_ONLY : Acl.OPEN, flags);
    }

    private Request multi() {
        List<Request> ops = new ArrayList<>();
        int count = random.below(5);
        for (int i = 0; i < count; i++) {
            ops.add(
                    switch (random.below(4)) {
                        case 0 -> create();
                        case 1 -> new SetDataRequest(path(), data(), -1);
                        case 2 -> new DeleteRequest(path(), -1);
                        default -> new CheckVersionRequest(path(), random.chance(80) ? -1 : 0);
                    });
        }
        return new MultiRequest(ops);
    }

    private String path() {
        String top = TOP[random.below(TOP.length)];
        return random.chance(25) ? top : top + "/" + NAMES[random.below(NAMES.length)];
    }

    private byte[] data() {
        byte[] data = new byte[random.below(random.chance(5) ? 2_000 : 20)];
        for (int i = 0; i < data.length; i++) {
            data[i] = (byte) random.next();
        }
        return data;
    }

    private int version() {
        return random.chance(70) ? -1 : random.below(3);
    }
}
