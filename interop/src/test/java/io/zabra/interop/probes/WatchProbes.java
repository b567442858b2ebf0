// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.probes;

import static io.zabra.interop.raw.Ops.EMPTY;

import io.zabra.interop.raw.Jute;
import io.zabra.interop.raw.Ops;
import io.zabra.interop.raw.Ops.AclEntry;
import io.zabra.interop.raw.RawClient;
import java.util.List;

/// Watches of all kinds, and what makes them fire.
final class WatchProbes {

    private static final int PERSISTENT = 0;
    private static final int RECURSIVE = 1;

    private final Recorder recorder;
    private final RawClient anna;
    private final RawClient ben;
    private final RawClient carl;

    WatchProbes(Recorder recorder) {
        this.recorder = recorder;
        this.anna = recorder.open("anna");
        this.ben = recorder.open("ben");
        this.carl = recorder.open("carl");
    }

    void run() {
        make("/p");
        persistent();
        together();
        oneShot();
        aclAndData();
        checkAndRemove();
        catchUp();
        sessionEnd();
    }

    private void make(String path) {
        anna.callOk(Ops.CREATE, Ops.create(path, EMPTY, 0));
    }

    private static byte[] typed(String path, int type) {
        return new Jute().string(path).int32(type).toBytes();
    }

    /// Anna acts; all three tell what they heard.
    private void act(String what, int op, byte[] body) {
        recorder.ask("anna: " + what, anna, op, body);
        recorder.events("ben hears of: " + what, ben);
        recorder.events("carl hears of: " + what, carl);
    }

    private void persistent() {
        recorder.ask("a persistent watch", anna, Ops.ADD_WATCH, typed("/p", PERSISTENT));
        recorder.ask("a recursive watch", ben, Ops.ADD_WATCH, typed("/p", RECURSIVE));
        recorder.ask("a watch of mode 5", ben, Ops.ADD_WATCH, typed("/p", 5));
        recorder.ask("a persistent watch on nothing", ben, Ops.ADD_WATCH, typed("/nonex/x", PERSISTENT));
        recorder.ask("a persistent watch on a wrong path", ben, Ops.ADD_WATCH, typed("nonex", PERSISTENT));
        act("setData of the watched", Ops.SET_DATA, Ops.setData("/p", EMPTY, -1));
        act("create a child", Ops.CREATE, Ops.create("/p/k", EMPTY, 0));
        act("create a grandchild", Ops.CREATE, Ops.create("/p/k/l", EMPTY, 0));
        act("setData of the grandchild", Ops.SET_DATA, Ops.setData("/p/k/l", EMPTY, -1));
        act("delete the grandchild", Ops.DELETE, Ops.delete("/p/k/l", -1));
    }

    private void together() {
        recorder.ask("a data watch below a recursive one", ben, Ops.GET_DATA, Ops.read("/p/k", true));
        recorder.ask("a child watch below a recursive one", ben, Ops.GET_CHILDREN, Ops.read("/p/k", true));
        act("delete the child", Ops.DELETE, Ops.delete("/p/k", -1));
        recorder.ask("a data watch besides a persistent one", anna, Ops.GET_DATA, Ops.read("/p", true));
        recorder.ask("a child watch besides a persistent one", anna, Ops.GET_CHILDREN, Ops.read("/p", true));
        act("setData of the twice watched", Ops.SET_DATA, Ops.setData("/p", EMPTY, -1));
        act("create a child of the twice watched", Ops.CREATE, Ops.create("/p/k2", EMPTY, 0));
        act("delete the last child", Ops.DELETE, Ops.delete("/p/k2", -1));
    }

    private void oneShot() {
        make("/w");
        recorder.ask("a data watch", carl, Ops.GET_DATA, Ops.read("/w", true));
        recorder.ask("a child watch", carl, Ops.GET_CHILDREN, Ops.read("/w", true));
        recorder.ask("an exists watch", carl, Ops.EXISTS, Ops.read("/w", true));
        act("delete what is watched thrice", Ops.DELETE, Ops.delete("/w", -1));
        make("/w");
        recorder.ask("a child watch only", carl, Ops.GET_CHILDREN, Ops.read("/w", true));
        act("delete what has a child watch only", Ops.DELETE, Ops.delete("/w", -1));
        recorder.ask("an exists watch on nothing", carl, Ops.EXISTS, Ops.read("/w", true));
        act("create what is waited for", Ops.CREATE, Ops.create("/w", EMPTY, 0));
        act("setData after the watch is gone", Ops.SET_DATA, Ops.setData("/w", EMPTY, -1));
    }

    private void aclAndData() {
        carl.callOk(Ops.GET_DATA, Ops.read("/w", true));
        byte[] open = Ops.acl(new Jute().string("/w"), AclEntry.OPEN).int32(-1).toBytes();
        act("setACL of the watched", Ops.SET_ACL, open);
        act("setData to what it was", Ops.SET_DATA, Ops.setData("/w", EMPTY, -1));
        recorder.ask("getChildren of a leaf, with a watch", carl, Ops.GET_CHILDREN2, Ops.read("/w", true));
        act("setData under a child watch", Ops.SET_DATA, Ops.setData("/w", EMPTY, -1));
        act("create under a child watch", Ops.CREATE, Ops.create("/w/x", EMPTY, 0));
        act("delete after the child watch is gone", Ops.DELETE, Ops.delete("/w/x", -1));
    }

    private void checkAndRemove() {
        recorder.ask("checkWatches where there is none", carl, Ops.CHECK_WATCHES, typed("/w", 2));
        carl.callOk(Ops.GET_DATA, Ops.read("/w", true));
        carl.callOk(Ops.GET_CHILDREN, Ops.read("/w", true));
        for (int type : new int[] {1, 2, 3, 4, 5, 9}) {
            recorder.ask("checkWatches of type " + type, carl, Ops.CHECK_WATCHES, typed("/w", type));
        }
        recorder.ask("removeWatches of data", carl, Ops.REMOVE_WATCHES, typed("/w", 2));
        recorder.ask("removeWatches of data again", carl, Ops.REMOVE_WATCHES, typed("/w", 2));
        recorder.ask("removeWatches of any", carl, Ops.REMOVE_WATCHES, typed("/w", 3));
        recorder.ask("removeWatches of type 9", carl, Ops.REMOVE_WATCHES, typed("/w", 9));
        recorder.ask("removeWatches, persistent", ben, Ops.REMOVE_WATCHES, typed("/nonex/x", 4));
        recorder.ask("removeWatches, recursive", ben, Ops.REMOVE_WATCHES, typed("/p", 5));
        act("setData after removals", Ops.SET_DATA, Ops.setData("/p", EMPTY, -1));
    }

    private void catchUp() {
        long seen = anna.callOk(Ops.SYNC, Ops.path("/")).zxid();
        make("/sw1");
        make("/sw2");
        byte[] old = new Jute()
                .int64(seen)
                .strings(List.of("/sw1", "/gone"))
                .strings(List.of("/sw2", "/sw3"))
                .strings(List.of("/sw1", "/gone2", "/p"))
                .toBytes();
        recorder.ask("setWatches", carl, -8, Ops.SET_WATCHES, old);
        act("create what setWatches waits for", Ops.CREATE, Ops.create("/sw3", EMPTY, 0));
        act("create below what setWatches watches", Ops.CREATE, Ops.create("/p/new", EMPTY, 0));
        byte[] all = new Jute()
                .int64(seen)
                .strings(List.of())
                .strings(List.of())
                .strings(List.of())
                .strings(List.of("/sw1"))
                .strings(List.of("/p"))
                .toBytes();
        recorder.ask("setWatches2", carl, -8, Ops.SET_WATCHES2, all);
        act("setData of what setWatches2 watches", Ops.SET_DATA, Ops.setData("/sw1", EMPTY, -1));
    }

    private void sessionEnd() {
        RawClient dora = recorder.open("dora");
        dora.callOk(Ops.CREATE, Ops.create("/p/e1", EMPTY, 1));
        dora.callOk(Ops.CREATE, Ops.create("/p/e2", EMPTY, 1));
        recorder.events("carl hears of two ephemerals", carl);
        recorder.ask("close a session", dora, Ops.CLOSE_SESSION, EMPTY);
        recorder.end("behind the close of a session", dora);
        recorder.events("carl hears of the end of two ephemerals", carl);
        recorder.ask("exists where ephemerals were", anna, Ops.EXISTS, Ops.read("/p", false));
    }
}
