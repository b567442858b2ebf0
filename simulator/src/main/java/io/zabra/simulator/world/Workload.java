// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.world;

import io.zabra.core.base.Prng;
import io.zabra.simulator.check.ModelAccess;
import io.zabra.wire.client.AddWatchRequest;
import io.zabra.wire.client.AuthRequest;
import io.zabra.wire.client.CheckVersionRequest;
import io.zabra.wire.client.CheckWatchesRequest;
import io.zabra.wire.client.CreateRequest;
import io.zabra.wire.client.CreateTtlRequest;
import io.zabra.wire.client.DeleteRequest;
import io.zabra.wire.client.ExistsRequest;
import io.zabra.wire.client.GetAclRequest;
import io.zabra.wire.client.GetAllChildrenNumberRequest;
import io.zabra.wire.client.GetChildren2Request;
import io.zabra.wire.client.GetChildrenRequest;
import io.zabra.wire.client.GetDataRequest;
import io.zabra.wire.client.GetEphemeralsRequest;
import io.zabra.wire.client.MultiReadRequest;
import io.zabra.wire.client.MultiRequest;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.client.PingRequest;
import io.zabra.wire.client.RemoveWatchesRequest;
import io.zabra.wire.client.Request;
import io.zabra.wire.client.SetAclRequest;
import io.zabra.wire.client.SetDataRequest;
import io.zabra.wire.client.SyncRequest;
import io.zabra.wire.client.WhoAmIRequest;
import io.zabra.wire.data.Acl;
import io.zabra.wire.data.Id;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Requests drawn at random over few paths and few users, so that they meet each other.
public final class Workload {

    private static final String[] TOP = {"/a", "/b", "/c"};
    private static final String[] NAMES = {"x", "y", "z", "x/p", "y/q", "x/p/deep"};
    private static final String[] USERS = {"ann:1", "bob:2", "eve:3"};
    private static final String QUOTA = "/zookeeper/quota";
    private static final int EPHEMERAL = 1;
    private static final int SEQUENTIAL = 2;
    private static final int CONTAINER = 4;
    private static final int TTL = 5;
    private static final int TTL_SEQUENTIAL = 6;

    private final Prng random;

    public Workload(Prng random) {
        this.random = random;
    }

    /// Who the client is: nobody, or one or two users.
    public List<AuthRequest> proofs() {
        List<AuthRequest> proofs = new ArrayList<>();
        while (proofs.size() < 2 && random.chance(50)) {
            proofs.add(proof());
        }
        return proofs;
    }

    public AuthRequest proof() {
        String user = random.chance(10) ? ModelAccess.SUPER_USER : USERS[random.below(USERS.length)];
        return new AuthRequest(0, "digest", user.getBytes(StandardCharsets.UTF_8));
    }

    public Request next() {
        return switch (random.below(24)) {
            case 0, 1, 2, 3, 4 -> create();
            case 5, 6, 7 -> new SetDataRequest(path(), data(), version());
            case 8, 9 -> new DeleteRequest(path(), version());
            case 10, 11 -> multi();
            case 12, 13, 14 -> new GetDataRequest(random.chance(97) ? path() : statsPath(), random.chance(40));
            case 15, 16 -> new ExistsRequest(path(), random.chance(40));
            case 17, 18 -> children();
            case 19 -> random.chance(40) ? new SetAclRequest(path(), acl(), version()) : new GetAclRequest(path());
            case 20 -> watches();
            case 21 -> random.chance(60) ? multiRead() : seldom();
            case 22 -> random.chance(15) ? quota() : new PingRequest();
            default -> new PingRequest();
        };
    }

    private Request seldom() {
        return switch (random.below(4)) {
            case 0 -> new SyncRequest(path());
            case 1 -> new WhoAmIRequest();
            case 2 -> new GetAllChildrenNumberRequest(path());
            default -> new GetEphemeralsRequest(random.chance(50) ? null : TOP[random.below(TOP.length)]);
        };
    }

    private Request watches() {
        int type = 1 + random.below(5);
        return switch (random.below(8)) {
            case 0, 1, 2 -> new AddWatchRequest(path(), random.below(2));
            case 3 -> new RemoveWatchesRequest(path(), type);
            case 4 -> new CheckWatchesRequest(path(), type);
            default -> new PingRequest();
        };
    }

    private Request children() {
        boolean watch = random.chance(40);
        return random.chance(60) ? new GetChildren2Request(path(), watch) : new GetChildrenRequest(path(), watch);
    }

    private Request create() {
        if (random.chance(10)) {
            return new CreateRequest(OpCode.CREATE_CONTAINER, path(), data(), acl(), CONTAINER);
        }
        if (random.chance(10)) {
            boolean sequential = random.chance(30);
            return new CreateTtlRequest(
                    sequential ? path() + "-" : path(),
                    data(),
                    acl(),
                    random.chance(3) ? 0 : sequential ? TTL_SEQUENTIAL : TTL,
                    random.chance(3) ? -random.below(2) : 1 + random.below(15_000));
        }
        int flags = random.below(4);
        OpCode op = random.chance(50) ? OpCode.CREATE : OpCode.CREATE2;
        boolean sequential = (flags & SEQUENTIAL) != 0;
        boolean ephemeral = (flags & EPHEMERAL) != 0;
        return new CreateRequest(op, sequential ? path() + "-" : path(), data(), ephemeral ? Acl.OPEN : acl(), flags);
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

    private Request multiRead() {
        List<Request> ops = new ArrayList<>();
        int count = random.below(5);
        for (int i = 0; i < count; i++) {
            ops.add(random.chance(50) ? new GetDataRequest(path(), false) : new GetChildrenRequest(path(), false));
        }
        return new MultiReadRequest(ops);
    }

    /// Sets, changes or takes away the quota of a top path, with its use, which the server then keeps.
    private Request quota() {
        String at = QUOTA + TOP[random.below(TOP.length)];
        byte[] limits = limits().getBytes(StandardCharsets.UTF_8);
        return switch (random.below(4)) {
            case 0 ->
                new MultiRequest(List.of(
                        new DeleteRequest(at + "/zookeeper_limits", -1),
                        new DeleteRequest(at + "/zookeeper_stats", -1),
                        new DeleteRequest(at, -1)));
            case 1 -> new SetDataRequest(at + "/zookeeper_limits", limits, -1);
            default ->
                new MultiRequest(List.of(
                        new CreateRequest(OpCode.CREATE, at, new byte[0], Acl.OPEN, 0),
                        new CreateRequest(OpCode.CREATE, at + "/zookeeper_limits", limits, Acl.OPEN, 0),
                        new CreateRequest(OpCode.CREATE, at + "/zookeeper_stats", new byte[0], Acl.OPEN, 0)));
        };
    }

    private String limits() {
        String soft = "count=" + (random.below(10) - 1) + ",bytes=" + (random.below(1_000) - 1);
        String bytes = "byteHardLimit=" + (random.chance(50) ? -1 : random.below(400));
        String count = "countHardLimit=" + (random.chance(50) ? -1 : random.below(10));
        return random.chance(20) ? soft : soft + "=;" + bytes + ";" + count;
    }

    private String statsPath() {
        return QUOTA + TOP[random.below(TOP.length)] + "/zookeeper_stats";
    }

    /// Open, as a rule: where all is forbidden nothing happens.
    private List<Acl> acl() {
        if (random.chance(85)) {
            return Acl.OPEN;
        }
        return switch (random.below(7)) {
            case 0 -> Acl.READ_ONLY;
            case 1 -> List.of(new Acl(Acl.ALL, new Id("auth", "")));
            case 2 -> List.of(new Acl(Acl.ALL, user()), new Acl(Acl.READ | Acl.CREATE, new Id("world", "anyone")));
            case 3 -> List.of(new Acl(Acl.ALL, user()), new Acl(Acl.WRITE | Acl.ADMIN | Acl.DELETE, user()));
            case 4 -> List.of(new Acl(Acl.ALL, new Id("ip", random.chance(70) ? "10.0.0.1" : "10.0.0.9")));
            case 5 -> List.of(new Acl(Acl.ALL, new Id("nobody", "knows")));
            default -> List.of(new Acl(random.below(32), new Id("world", "anyone")), new Acl(Acl.ADMIN, user()));
        };
    }

    private Id user() {
        return ModelAccess.digest(USERS[random.below(USERS.length)]);
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
