// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.probes;

import static io.zabra.interop.raw.Ops.EMPTY;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.zabra.interop.raw.Handshake;
import io.zabra.interop.raw.Handshake.Dialect;
import io.zabra.interop.raw.Jute;
import io.zabra.interop.raw.Ops;
import io.zabra.interop.raw.RawClient;
import java.util.Arrays;

/// Handshakes, frames, and the order of answers on one connection.
final class ConnectionProbes {

    /// Apache's default of `jute.maxbuffer`.
    private static final int FRAME_BYTES_MAX = 0xFFFFF;

    private final Recorder recorder;

    ConnectionProbes(Recorder recorder) {
        this.recorder = recorder;
    }

    void run() {
        greet();
        resume();
        pipeline();
        number();
        frame();
        limits();
    }

    private static Handshake hello(long lastZxid, int timeoutMs, byte[] password, Dialect dialect) {
        return new Handshake(lastZxid, timeoutMs, 0, password, dialect);
    }

    private void greet() {
        var zeros = new byte[16];
        recorder.shakeHands("connect", "h1", hello(0, 10_000, zeros, Dialect.READ_WRITE));
        recorder.shakeHands("connect, read-only welcome", "h2", hello(0, 10_000, zeros, Dialect.READ_ONLY));
        recorder.shakeHands("connect as an old client", "h3", hello(0, 10_000, zeros, Dialect.OLD));
        recorder.shakeHands("connect with timeout 1", "h4", hello(0, 1, zeros, Dialect.READ_WRITE));
        recorder.shakeHands("connect with a huge timeout", "h5", hello(0, 1_000_000_000, zeros, Dialect.READ_WRITE));
        recorder.shakeHands("connect with a negative timeout", "h6", hello(0, -5, zeros, Dialect.READ_WRITE));
        recorder.shakeHands("connect with an empty password", "h7", hello(0, 10_000, EMPTY, Dialect.READ_WRITE));
        recorder.shakeHands("connect with a password that is null", "h8", hello(0, 10_000, null, Dialect.READ_WRITE));
        recorder.shakeHands("connect from the future", "h9", hello(1L << 40, 10_000, zeros, Dialect.READ_WRITE));
    }

    private void resume() {
        var wrong = new byte[16];
        Arrays.fill(wrong, (byte) 1);
        Handshake fresh = Handshake.fresh(10_000);
        RawClient stranger =
                recorder.shakeHands("resume an unknown session", "r1", fresh.ofSession(0x123456789L, wrong));
        recorder.end("behind an unknown session", stranger);
        RawClient first = recorder.open("mover");
        Handshake.Answer mine = first.session();
        first.callOk(Ops.CREATE, Ops.create("/moved", EMPTY, 1));
        // Another timeout, and the connection before this one ends.
        RawClient second = recorder.shakeHands(
                "resume a session",
                "mover's second",
                Handshake.fresh(7_777).ofSession(mine.sessionId(), mine.password()));
        recorder.ask("exists the ephemeral of a resumed session", second, Ops.EXISTS, Ops.read("/moved", false));
        recorder.ask("close the resumed session", second, Ops.CLOSE_SESSION, EMPTY);
        recorder.shakeHands("resume a closed session", "r2", fresh.ofSession(mine.sessionId(), mine.password()));
    }

    private void pipeline() {
        RawClient client = recorder.open("pipeline");
        client.callOk(Ops.CREATE, Ops.create("/q", EMPTY, 0));
        client.queue(Ops.SET_DATA, Ops.setData("/q", "zz".getBytes(UTF_8), -1));
        client.queue(Ops.GET_DATA, Ops.read("/q", false));
        client.queue(-2, Ops.PING, EMPTY);
        client.flush();
        recorder.receive("a write, a read, a ping", client, 3, Ops.SET_DATA, Ops.GET_DATA, Ops.PING);
        client.queue(Ops.GET_DATA, Ops.read("/q", true));
        client.queue(Ops.SET_DATA, Ops.setData("/q", EMPTY, 1));
        client.queue(Ops.SET_DATA, Ops.setData("/q", EMPTY, 1));
        client.queue(Ops.EXISTS, Ops.read("/q", false));
        client.flush();
        recorder.receive(
                "a watch, a write, a failing write, a read",
                client,
                4,
                Ops.GET_DATA,
                Ops.SET_DATA,
                Ops.SET_DATA,
                Ops.EXISTS);
    }

    private void number() {
        RawClient client = recorder.open("counter");
        for (int i = 0; i < 3; i++) {
            recorder.ask("number " + i, client, Ops.CREATE, Ops.create("/q/n-", EMPTY, 2));
        }
        client.callOk(Ops.CREATE, Ops.create("/q/plain", EMPTY, 0));
        client.callOk(Ops.DELETE, Ops.delete("/q/plain", -1));
        recorder.ask("a number behind a plain child", client, Ops.CREATE, Ops.create("/q/n-", EMPTY, 2));
        recorder.ask("exists the parent of numbers", client, Ops.EXISTS, Ops.read("/q", false));
    }

    private void frame() {
        send("a frame of length -5", new Jute().int32(-5).toBytes());
        send(
                "a frame that is one byte too long",
                new Jute().int32(FRAME_BYTES_MAX + 1).toBytes());
        send("a frame of half a header", new Jute().int32(4).int32(1).toBytes());
        send("a frame of nothing", new Jute().int32(0).toBytes());
        send("a four-letter word behind the handshake", "ruok".getBytes(UTF_8));
    }

    private void send(String what, byte[] bytes) {
        RawClient client = recorder.open("sender of " + what);
        client.sendBytes(bytes);
        recorder.end(what, client);
    }

    private void limits() {
        RawClient client = recorder.open("large");
        int overhead = 8 + Ops.create("/big", EMPTY, 0).length;
        byte[] data = new byte[FRAME_BYTES_MAX - overhead];
        recorder.ask("create as large as a frame may be", client, Ops.CREATE, Ops.create("/big", data, 0));
        recorder.ask("sasl", client, Ops.SASL, new Jute().buffer(EMPTY).toBytes());
    }
}
