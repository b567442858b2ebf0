// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.disk;

import io.zabra.interop.raw.Frame;
import io.zabra.interop.raw.Jute;
import io.zabra.interop.raw.JuteReader;
import io.zabra.interop.raw.NodeStat;
import io.zabra.interop.raw.Ops;
import io.zabra.interop.raw.RawClient;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/// What one writer did below its own node, in order, and how much of it was acknowledged.
///
/// Operation i creates the child `i` and sets the data of the writer's node to `i`, both in one multi. Whatever the
/// server has kept must be the effect of the first n operations, with n at least the number acknowledged.
final class History {

    private final String root;
    private final List<Long> acknowledged = new ArrayList<>();
    private int sent;

    History(String root) {
        this.root = root;
    }

    String root() {
        return root;
    }

    int acknowledged() {
        return acknowledged.size();
    }

    /// The body of the next operation.
    byte[] next() {
        byte[] number = Integer.toString(sent).getBytes(StandardCharsets.UTF_8);
        var out = new Jute();
        Ops.multiHeader(out, Ops.CREATE).raw(Ops.create(root + "/" + sent, number, 0));
        Ops.multiHeader(out, Ops.SET_DATA).raw(Ops.setData(root, number, sent));
        sent++;
        return Ops.multiEnd(out).toBytes();
    }

    void acknowledge(Frame reply) {
        if (reply.error() != 0 || reply.reader().int32() != Ops.CREATE) {
            throw new IllegalStateException("write " + acknowledged.size() + " below " + root + " failed");
        }
        acknowledged.add(reply.zxid());
    }

    /// What is wrong with the server's state; empty when all is as it must be.
    List<String> faults(RawClient client) {
        var faults = new ArrayList<String>();
        JuteReader data = client.callOk(Ops.GET_DATA, Ops.read(root, false)).reader();
        String last = new String(data.buffer(), StandardCharsets.UTF_8);
        NodeStat stat = NodeStat.read(data);
        int kept = stat.version();
        if (kept < acknowledged.size() || kept > sent) {
            faults.add("%s: %d acknowledged, %d kept, %d sent".formatted(root, acknowledged.size(), kept, sent));
        }
        if (kept > 0 && !last.equals(Integer.toString(kept - 1))) {
            faults.add(root + ": data " + last + " at version " + kept);
        }
        var expected = new TreeSet<String>();
        for (int i = 0; i < kept; i++) {
            expected.add(Integer.toString(i));
        }
        List<String> children =
                client.callOk(Ops.GET_CHILDREN, Ops.read(root, false)).reader().strings();
        if (!new TreeSet<>(children).equals(expected)) {
            faults.add(root + ": version " + kept + " with children " + children);
            return faults;
        }
        checkZxids(client, stat, faults);
        return faults;
    }

    private void checkZxids(RawClient client, NodeStat stat, List<String> faults) {
        long before = 0;
        for (int i = 0; i < stat.version(); i++) {
            Frame frame = client.callOk(Ops.EXISTS, Ops.read(root + "/" + i, false));
            long czxid = NodeStat.read(frame.reader()).czxid();
            if (czxid <= before) {
                faults.add(root + "/" + i + " has zxid " + czxid + " after " + before);
            }
            if (i < acknowledged.size() && czxid != acknowledged.get(i)) {
                faults.add(root + "/" + i + " has zxid " + czxid + ", acknowledged was " + acknowledged.get(i));
            }
            before = czxid;
        }
        if (stat.version() > 0 && stat.mzxid() != before) {
            faults.add(root + " has mzxid " + stat.mzxid() + ", its last child " + before);
        }
    }
}
