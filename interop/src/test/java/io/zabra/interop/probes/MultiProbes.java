// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.probes;

import static io.zabra.interop.raw.Ops.EMPTY;

import io.zabra.interop.raw.Jute;
import io.zabra.interop.raw.Ops;
import io.zabra.interop.raw.RawClient;

/// Several operations in one request.
final class MultiProbes {

    private final Recorder recorder;
    private final RawClient client;

    MultiProbes(Recorder recorder) {
        this.recorder = recorder;
        this.client = recorder.open("multi");
    }

    void run() {
        recorder.ask("create the multi's parent", client, Ops.CREATE, Ops.create("/m", EMPTY, 0));
        succeed();
        fail();
        decode();
        read();
    }

    private static final class Batch {
        private final Jute out = new Jute();

        Batch with(int op, byte[] body) {
            Ops.multiHeader(out, op).raw(body);
            return this;
        }

        byte[] end() {
            return Ops.multiEnd(out).toBytes();
        }
    }

    private static Batch of(int op, byte[] body) {
        return new Batch().with(op, body);
    }

    private void ask(String what, byte[] body) {
        recorder.ask("multi " + what, client, Ops.MULTI, body);
    }

    private void succeed() {
        ask(
                "of all kinds",
                of(Ops.CREATE, Ops.create("/m/a", EMPTY, 0))
                        .with(Ops.CREATE2, Ops.create("/m/b", EMPTY, 0))
                        .with(Ops.CREATE_CONTAINER, Ops.create("/m/c", EMPTY, 4))
                        .with(Ops.SET_DATA, Ops.setData("/m/a", new byte[] {'x'}, 0))
                        .with(Ops.CHECK, Ops.delete("/m/a", 1))
                        .with(Ops.DELETE, Ops.delete("/m/b", -1))
                        .end());
        ask("of nothing", new Batch().end());
        ask(
                "of a container by its flags",
                of(Ops.CREATE, Ops.create("/m/q1", EMPTY, 4)).end());
        ask(
                "of two numbers",
                of(Ops.CREATE, Ops.create("/m/s", EMPTY, 2))
                        .with(Ops.CREATE, Ops.create("/m/s", EMPTY, 2))
                        .end());
        ask(
                "of parent and child",
                of(Ops.CREATE, Ops.create("/m/p", EMPTY, 0))
                        .with(Ops.CREATE, Ops.create("/m/p/k", EMPTY, 0))
                        .end());
        ask(
                "of a node that comes and goes",
                of(Ops.CREATE, Ops.create("/m/tmp", EMPTY, 0))
                        .with(Ops.DELETE, Ops.delete("/m/tmp", 0))
                        .end());
    }

    private void fail() {
        ask(
                "that fails at its check",
                of(Ops.CREATE, Ops.create("/m/z", EMPTY, 0))
                        .with(Ops.CHECK, Ops.delete("/m/a", 9))
                        .with(Ops.DELETE, Ops.delete("/m/a", -1))
                        .end());
        ask(
                "that fails at its first",
                of(Ops.DELETE, Ops.delete("/nope", -1))
                        .with(Ops.CREATE, Ops.create("/m/y", EMPTY, 0))
                        .end());
        ask("of a wrong name", of(Ops.CREATE, Ops.create("/m/\0", EMPTY, 0)).end());
        recorder.ask("exists what a failed multi made", client, Ops.EXISTS, Ops.read("/m/z", false));
    }

    private void decode() {
        ask(
                "of a container's deletion",
                of(Ops.DELETE_CONTAINER, Ops.path("/m/a")).end());
        ask("of wrong flags", of(Ops.CREATE, Ops.create("/m/q", EMPTY, 9)).end());
        ask("of a path that is null", of(Ops.CREATE, Ops.create(null, EMPTY, 0)).end());
        ask(
                "of a write and a read",
                of(Ops.CREATE, Ops.create("/m/q", EMPTY, 0))
                        .with(Ops.GET_DATA, Ops.read("/m", false))
                        .end());
        ask("of a read", of(Ops.GET_DATA, Ops.read("/m", false)).end());
        var cutOff = new Jute();
        Ops.multiHeader(cutOff, Ops.CREATE).raw(Ops.create("/m/tr", EMPTY, 0));
        ask("without an end", cutOff.toBytes());
        recorder.ask("exists what a wrong multi made", client, Ops.EXISTS, Ops.read("/m/tr", false));
    }

    private void read() {
        recorder.ask(
                "multiRead",
                client,
                Ops.MULTI_READ,
                of(Ops.GET_CHILDREN, Ops.read("/m/p", true))
                        .with(Ops.GET_DATA, Ops.read("/m/a", true))
                        .with(Ops.GET_DATA, Ops.read("/nope", false))
                        .end());
        recorder.ask("multiRead of nothing", client, Ops.MULTI_READ, new Batch().end());
        recorder.ask("setData fires nothing after a multiRead", client, Ops.SET_DATA, Ops.setData("/m/a", EMPTY, -1));
        recorder.ask("exists what is left", client, Ops.EXISTS, Ops.read("/m", false));
    }
}
