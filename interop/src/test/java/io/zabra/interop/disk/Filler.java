// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.disk;

import io.zabra.interop.raw.Frame;
import io.zabra.interop.raw.JuteReader;
import io.zabra.interop.raw.NodeStat;
import io.zabra.interop.raw.Ops;
import io.zabra.interop.raw.RawClient;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Creates large nodes, one after the other, and knows which of them were acknowledged.
final class Filler {

    static final int NODE_BYTES = 16 << 10;

    private record Acknowledged(int number, long zxid) {}

    private final List<Acknowledged> acknowledged = new ArrayList<>();
    private int sent;

    int acknowledged() {
        return acknowledged.size();
    }

    /// Creates nodes until one is refused, which is returned, or until the connection ends: null. After each one that
    /// was taken it waits, so that a disk with little room is not overrun between two looks at it.
    @Nullable
    Frame fill(RawClient client, int atMost, int pauseMs) throws InterruptedException {
        for (int i = 0; i < atMost; i++) {
            int number = sent++;
            Frame reply = client.call(Ops.CREATE, Ops.create(path(number), data(number), 0));
            if (reply == null || reply.error() != 0) {
                return reply;
            }
            acknowledged.add(new Acknowledged(number, reply.zxid()));
            Thread.sleep(pauseMs);
        }
        throw new IllegalStateException(atMost + " nodes were taken, and the disk is still not full");
    }

    /// Creates nodes, all of which must be taken.
    void create(RawClient client, int count) {
        for (int i = 0; i < count; i++) {
            int number = sent++;
            Frame reply = client.callOk(Ops.CREATE, Ops.create(path(number), data(number), 0));
            acknowledged.add(new Acknowledged(number, reply.zxid()));
        }
    }

    /// What is wrong with the nodes that the server has; empty when all is as it must be.
    List<String> faults(RawClient client) {
        var faults = new ArrayList<String>();
        for (Acknowledged node : acknowledged) {
            Frame reply = client.call(Ops.GET_DATA, Ops.read(path(node.number), false));
            if (reply == null || reply.error() != 0) {
                faults.add(path(node.number) + " was acknowledged and is gone");
                continue;
            }
            JuteReader in = reply.reader();
            if (!Arrays.equals(in.buffer(), data(node.number))) {
                faults.add(path(node.number) + " has other data");
            }
            if (NodeStat.read(in).czxid() != node.zxid) {
                faults.add(path(node.number) + " has another zxid");
            }
        }
        return faults;
    }

    private static String path(int number) {
        return "/full-" + number;
    }

    private static byte[] data(int number) {
        var data = new byte[NODE_BYTES];
        Arrays.fill(data, (byte) number);
        return data;
    }
}
