// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.core;

import io.zabra.core.base.NodeConfig;
import io.zabra.core.base.Now;
import io.zabra.core.base.Prng;
import io.zabra.core.effect.Effects;
import io.zabra.core.effect.Event;
import io.zabra.core.effect.Meter;
import io.zabra.core.node.Input;
import io.zabra.core.node.Node;
import io.zabra.core.node.Restored;
import io.zabra.core.session.Client;
import io.zabra.core.session.Tag;
import io.zabra.core.tree.DataTree;
import io.zabra.core.tree.FrozenTree;
import io.zabra.core.tree.TreeOptions;
import io.zabra.wire.client.ConnectRequest;
import io.zabra.wire.client.CreateRequest;
import io.zabra.wire.client.ExistsRequest;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.client.Request;
import io.zabra.wire.data.Acl;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// A node with a log that is durable when asked, and sessions whose replies are encoded and thrown away.
final class BareNode implements Effects {

    static final int CHILDREN = 1_000;
    private static final int BATCH = 512;
    private static final int TIMEOUT_MS = 40_000;

    private final NodeConfig config = NodeConfig.defaults();
    private final Now now = new Now(1, 1_700_000_000_000L);
    private final Node node;
    private final List<Client> clients = new ArrayList<>();
    private long appended;
    private long logBytes;
    private int xid;

    /// @param znodes how many to create besides the parents
    /// @param sessions how many clients take turns
    BareNode(int znodes, int sessions) {
        var restored = new Restored(DataTree.fresh(TreeOptions.defaults()), new TreeMap<>());
        node = new Node(config, restored, now, new Prng(1), Meter.NONE);
        for (int i = 0; i < sessions; i++) {
            Client client = new Client(new EncodingLink(), "127.0.0.1", List.of());
            clients.add(client);
            step(new Input.Connect(client, new ConnectRequest(0, 0, TIMEOUT_MS, 0, new byte[16], false, true)));
        }
        durable();
        byte[] data = new byte[100];
        create("/bench", data);
        for (int i = 0; i < znodes; i++) {
            if (i % CHILDREN == 0) {
                create(parent(i), data);
            }
            create(path(i), data);
            if (i % BATCH == 0) {
                durable();
            }
        }
        durable();
    }

    /// The path of the parent of znode `index`.
    static String parent(int index) {
        return "/bench/parent-of-a-thousand-%08d".formatted(index / CHILDREN);
    }

    /// The path of znode `index`, 44 characters and more.
    static String path(int index) {
        return parent(index) + "/%05d".formatted(index % CHILDREN);
    }

    void create(String path, byte[] data) {
        submit(new CreateRequest(OpCode.CREATE, path, data, Acl.OPEN, 0));
    }

    /// Has one session set a data watch.
    void watch(String path, int session) {
        submit(clients.get(session), new ExistsRequest(path, true));
    }

    /// Brings in a request of the next session.
    void submit(Request request) {
        submit(clients.get(Integer.remainderUnsigned(xid, clients.size())), request);
    }

    private void submit(Client client, Request request) {
        step(new Input.Submit(client, new Tag(xid++ & Integer.MAX_VALUE, request.op(), 0, 0), request));
    }

    /// Reports everything appended as durable, as one flush of the log would.
    void durable() {
        step(new Input.Durable(appended));
    }

    Node node() {
        return node;
    }

    /// Bytes handed to the log so far.
    long logBytes() {
        return logBytes;
    }

    private void step(Input input) {
        node.step(input, now, this);
    }

    @Override
    public void append(long zxid, byte[] entry) {
        appended = zxid;
        logBytes += entry.length;
    }

    @Override
    public void roll() {}

    @Override
    public void snapshot(FrozenTree tree, SortedMap<Long, Integer> sessions) {
        // Left unanswered, so there is just this one.
        tree.close();
    }

    @Override
    public void event(Event event) {}
}
