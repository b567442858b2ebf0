// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.probes;

import static io.zabra.interop.raw.Ops.EMPTY;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.zabra.interop.raw.Jute;
import io.zabra.interop.raw.Ops;
import io.zabra.interop.raw.Ops.AclEntry;
import io.zabra.interop.raw.RawClient;
import java.util.ArrayList;
import java.util.List;

/// Single requests, right and wrong.
final class RequestProbes {

    private final Recorder recorder;
    private final RawClient alice;
    private final RawClient bob;

    RequestProbes(Recorder recorder) {
        this.recorder = recorder;
        this.alice = recorder.open("alice");
        this.bob = recorder.open("bob");
    }

    void run() {
        create();
        createWrongly();
        createOddNames();
        createOtherKinds();
        watch();
        delete();
        readOddly();
        system();
        acl();
        sync();
        decode();
        list();
        auth();
    }

    private void ask(String what, int op, byte[] body) {
        recorder.ask(what, alice, op, body);
    }

    private void askBob(String what, int op, byte[] body) {
        recorder.ask("bob: " + what, bob, op, body);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static byte[] setAcl(String path, int version, AclEntry... acl) {
        return Ops.acl(new Jute().string(path), List.of(acl)).int32(version).toBytes();
    }

    private void create() {
        recorder.ask("ping", alice, -2, Ops.PING, EMPTY);
        recorder.ask("ping with an xid of its own", alice, 55, Ops.PING, EMPTY);
        ask("create", Ops.CREATE, Ops.create("/t", bytes("hello"), 0));
        ask("create2", Ops.CREATE2, Ops.create("/t/a", bytes("hi"), 0));
        ask("create2 with a number", Ops.CREATE2, Ops.create("/t/s-", EMPTY, 2));
        ask("create what exists", Ops.CREATE, Ops.create("/t", EMPTY, 0));
        ask("create2 what exists", Ops.CREATE2, Ops.create("/t", EMPTY, 0));
        ask("create without a parent", Ops.CREATE, Ops.create("/nop/x", EMPTY, 0));
    }

    private void createWrongly() {
        byte[] noAcl = Ops.acl(new Jute().string("/nop/x").buffer(EMPTY), List.of())
                .int32(0)
                .toBytes();
        ask("create with an empty ACL, without a parent", Ops.CREATE, noAcl);
        byte[] nullAcl =
                Ops.acl(new Jute().string("/x").buffer(EMPTY), null).int32(0).toBytes();
        ask("create with an ACL that is null", Ops.CREATE, nullAcl);
        ask("create with flags 9", Ops.CREATE, Ops.create("/x", EMPTY, 9));
        ask("create with flags -1", Ops.CREATE, Ops.create("/x", EMPTY, -1));
        ask("create /", Ops.CREATE, Ops.create("/", EMPTY, 0));
        ask("create //x", Ops.CREATE, Ops.create("//x", EMPTY, 0));
        ask("create /t/", Ops.CREATE, Ops.create("/t/", EMPTY, 0));
        ask("create /t/ with a number", Ops.CREATE, Ops.create("/t/", EMPTY, 2));
        ask("create x", Ops.CREATE, Ops.create("x", EMPTY, 0));
        ask("create a/b", Ops.CREATE, Ops.create("a/b", EMPTY, 0));
        ask("create with an empty path", Ops.CREATE, Ops.create("", EMPTY, 0));
        ask("create with a path that is null", Ops.CREATE, Ops.create(null, EMPTY, 0));
    }

    private void createOddNames() {
        for (String path : List.of(
                "/.",
                "/..",
                "/t/.",
                "/t/..",
                "/t/../x",
                "/t/\u0001",
                "/t/\0",
                "/t/\u007f",
                "/t/\u009f",
                "/t/\ue000",
                "/t/\ufff0",
                "/t/\ud83d\ude00",
                "/t/\u00a0",
                "/t/...",
                "/t/a.b")) {
            String shown = path.codePoints()
                    .mapToObj(point -> point > 0x20 && point < 0x7f
                            ? Character.toString(point)
                            : "U+" + Integer.toHexString(point))
                    .reduce("", String::concat);
            ask("create " + shown, Ops.CREATE, Ops.create(path, EMPTY, 0));
        }
        byte[] notUtf8 = Ops.acl(
                        new Jute()
                                .buffer(new byte[] {'/', 't', '/', (byte) 0xFF})
                                .buffer(EMPTY),
                        AclEntry.OPEN)
                .int32(0)
                .toBytes();
        ask("create a name that is not UTF-8", Ops.CREATE, notUtf8);
    }

    private void createOtherKinds() {
        ask("create2 an ephemeral node", Ops.CREATE2, Ops.create("/t/e", null, 1));
        ask("create2 below an ephemeral node", Ops.CREATE2, Ops.create("/t/e/x", EMPTY, 0));
        byte[] ttl = new Jute().raw(Ops.create("/t/ttl", EMPTY, 5)).int64(1_000).toBytes();
        ask("createTTL while that is off", Ops.CREATE_TTL, ttl);
        ask("create with the flags of a TTL node", Ops.CREATE, Ops.create("/t/ttl1", EMPTY, 5));
        ask("createContainer", Ops.CREATE_CONTAINER, Ops.create("/t/c", EMPTY, 4));
        ask("create2 with the flags of a container", Ops.CREATE2, Ops.create("/t/c2", EMPTY, 4));
        ask("createContainer with flags 0", Ops.CREATE_CONTAINER, Ops.create("/t/c3", EMPTY, 0));
        ask("getData of null", Ops.GET_DATA, Ops.read("/t/e", false));
    }

    private void watch() {
        ask("exists, of nothing, with a watch", Ops.EXISTS, Ops.read("/t/nw", true));
        ask("getData of nothing, with a watch", Ops.GET_DATA, Ops.read("/t/nope", true));
        ask("getData with a watch", Ops.GET_DATA, Ops.read("/t", true));
        ask("getChildren with a watch", Ops.GET_CHILDREN, Ops.read("/t", true));
        askBob("setData", Ops.SET_DATA, Ops.setData("/t", bytes("v1"), 0));
        askBob("setData with the wrong version", Ops.SET_DATA, Ops.setData("/t", bytes("v1"), 0));
        askBob("setData of nothing", Ops.SET_DATA, Ops.setData("/none", bytes("v1"), 0));
        askBob("setData of none", Ops.SET_DATA, Ops.setData("none", bytes("v1"), 0));
        askBob("create what is watched", Ops.CREATE, Ops.create("/t/nw", EMPTY, 0));
        ask("getChildren2 behind three events", Ops.GET_CHILDREN2, Ops.read("/t", false));
        ask("getData with a watch again", Ops.GET_DATA, Ops.read("/t", true));
        ask("setData fires one's own watch", Ops.SET_DATA, Ops.setData("/t", bytes("v2"), -1));
    }

    private void delete() {
        ask("delete a parent", Ops.DELETE, Ops.delete("/t", -1));
        ask("delete a parent with the wrong version", Ops.DELETE, Ops.delete("/t", 77));
        for (String path :
                List.of("/", "/zookeeper", "/zookeeper/config", "/t/zzz", "/q/zzz", "zzz", "/t/a/", "", "/t//a")) {
            ask("delete '" + path + "'", Ops.DELETE, Ops.delete(path, -1));
        }
        ask("delete a path that is null", Ops.DELETE, Ops.delete(null, -1));
        ask("delete", Ops.DELETE, Ops.delete("/t/nw", 0));
    }

    private void readOddly() {
        for (String path : List.of("zzz", "", "/a\0", "/t/", "//", "/zookeeper/quota")) {
            String shown = path.replace("\0", "U+0");
            ask("exists '" + shown + "'", Ops.EXISTS, Ops.read(path, false));
            ask("getData '" + shown + "'", Ops.GET_DATA, Ops.read(path, false));
            ask("getChildren2 '" + shown + "'", Ops.GET_CHILDREN2, Ops.read(path, false));
            ask("getACL '" + shown + "'", Ops.GET_ACL, Ops.path(path));
        }
        for (int op : new int[] {Ops.EXISTS, Ops.GET_DATA, Ops.GET_CHILDREN, Ops.GET_CHILDREN2}) {
            ask("operation " + op + " of a path that is null", op, Ops.read(null, false));
        }
    }

    private void system() {
        ask("getACL of /t", Ops.GET_ACL, Ops.path("/t"));
        ask("getACL of the configuration", Ops.GET_ACL, Ops.path("/zookeeper/config"));
        ask("getACL of /zookeeper", Ops.GET_ACL, Ops.path("/zookeeper"));
        ask("getData of the configuration", Ops.GET_DATA, Ops.read("/zookeeper/config", false));
        ask("setData of the configuration", Ops.SET_DATA, Ops.setData("/zookeeper/config", bytes("x"), -1));
        ask("setData of /zookeeper", Ops.SET_DATA, Ops.setData("/zookeeper", bytes("x"), -1));
        byte[] nothing =
                new Jute().string(null).string(null).string(null).int64(-1).toBytes();
        ask("reconfig", Ops.RECONFIG, nothing);
    }

    private void acl() {
        ask("setACL, only reading", Ops.SET_ACL, setAcl("/t/a", 0, new AclEntry(1, "world", "anyone")));
        ask("setData without permission", Ops.SET_DATA, Ops.setData("/t/a", bytes("x"), -1));
        ask("setACL without permission", Ops.SET_ACL, setAcl("/t/a", 0, new AclEntry(31, "world", "anyone")));
        ask("create below without permission", Ops.CREATE, Ops.create("/t/a/x", EMPTY, 0));
        ask("setACL with the wrong version", Ops.SET_ACL, setAcl("/t", 7, new AclEntry(31, "world", "anyone")));
        ask("setACL of an unknown scheme", Ops.SET_ACL, setAcl("/t", 0, new AclEntry(31, "bogus", "x")));
        ask("setACL of world:nobody", Ops.SET_ACL, setAcl("/t", 0, new AclEntry(31, "world", "nobody")));
        ask("setACL of auth without any", Ops.SET_ACL, setAcl("/t", 0, new AclEntry(31, "auth", "")));
        ask("setACL of a wrong address", Ops.SET_ACL, setAcl("/t", 0, new AclEntry(31, "ip", "127.0.0")));
        ask("setACL of permissions 0", Ops.SET_ACL, setAcl("/t/c", -1, new AclEntry(0, "world", "anyone")));
        ask("setACL of permissions 255", Ops.SET_ACL, setAcl("/t/c3", -1, new AclEntry(255, "world", "anyone")));
        ask("getACL of permissions 255", Ops.GET_ACL, Ops.path("/t/c3"));
        ask("getACL of permissions 0", Ops.GET_ACL, Ops.path("/t/c"));
    }

    private void sync() {
        askBob("sync", Ops.SYNC, Ops.path("/t"));
        askBob("sync of nothing", Ops.SYNC, Ops.path("whatever"));
        for (int op : new int[] {Ops.CHECK, 0, 999, -1}) {
            RawClient client = recorder.open("client of operation " + op);
            recorder.ask("operation " + op, client, op, op == Ops.CHECK ? Ops.delete("/t", -1) : EMPTY);
            recorder.end("behind operation " + op, client);
        }
    }

    private void decode() {
        byte[] behind = new Jute().raw(Ops.read("/t", false)).raw(bytes("zzzz")).toBytes();
        byte[] two = new Jute().string("/t").int8(2).toBytes();
        askBob(
                "getData, cut off",
                Ops.GET_DATA,
                new Jute().int32(100).raw(bytes("/t")).toBytes());
        askBob(
                "getData with a huge length",
                Ops.GET_DATA,
                new Jute().int32(Integer.MAX_VALUE).toBytes());
        askBob(
                "getData with a length of -7",
                Ops.GET_DATA,
                new Jute().int32(-7).raw(bytes("/t")).toBytes());
        askBob("getData with bytes behind it", Ops.GET_DATA, behind);
        askBob("getData with a watch of 2", Ops.GET_DATA, two);
        askBob("create, cut off", Ops.CREATE, new Jute().string("/t9").int32(5).toBytes());
        askBob("create without a body", Ops.CREATE, EMPTY);
        askBob("setData without a body", Ops.SET_DATA, EMPTY);
        askBob("delete, cut off", Ops.DELETE, new Jute().string("/t").toBytes());
    }

    private void list() {
        ask("getEphemerals of /", Ops.GET_EPHEMERALS, Ops.path("/"));
        ask("getEphemerals of null", Ops.GET_EPHEMERALS, Ops.path(null));
        ask("getEphemerals of a prefix", Ops.GET_EPHEMERALS, Ops.path("/t/"));
        ask("getEphemerals of nothing", Ops.GET_EPHEMERALS, Ops.path("/t/x"));
        ask("getAllChildrenNumber of /", Ops.GET_ALL_CHILDREN_NUMBER, Ops.path("/"));
        ask("getAllChildrenNumber of /t", Ops.GET_ALL_CHILDREN_NUMBER, Ops.path("/t"));
        ask("getAllChildrenNumber of nothing", Ops.GET_ALL_CHILDREN_NUMBER, Ops.path("/none"));
    }

    private void auth() {
        askBob("whoAmI", Ops.WHO_AM_I, EMPTY);
        recorder.ask("auth digest", alice, -4, Ops.AUTH, Ops.auth("digest", bytes("user:pw")));
        recorder.ask("auth digest with an xid", alice, 77, Ops.AUTH, Ops.auth("digest", bytes("u2:pw")));
        ask("whoAmI with two digests", Ops.WHO_AM_I, EMPTY);
        String path = "/t/s-0000000001";
        ask("setACL of auth", Ops.SET_ACL, setAcl(path, 0, new AclEntry(31, "auth", "")));
        ask("getACL of auth", Ops.GET_ACL, Ops.path(path));
        ask("getData with permission", Ops.GET_DATA, Ops.read(path, false));
        askBob("getACL without permission", Ops.GET_ACL, Ops.path(path));
        askBob("exists without permission", Ops.EXISTS, Ops.read(path, true));
        askBob("getData without permission", Ops.GET_DATA, Ops.read(path, true));
        askBob("getChildren without permission", Ops.GET_CHILDREN, Ops.read(path, true));
        askBob("delete without permission on the parent's part", Ops.DELETE, Ops.delete(path, 5));
        recorder.ask("auth ip", bob, -4, Ops.AUTH, Ops.auth("ip", EMPTY));
        for (String scheme : new ArrayList<>(List.of("world", "bogus", "digest"))) {
            RawClient client = recorder.open("client of scheme " + scheme);
            recorder.ask("auth " + scheme + " without a colon", client, -4, Ops.AUTH, Ops.auth(scheme, bytes("x")));
            if (!scheme.equals("digest")) {
                recorder.end("behind auth " + scheme, client);
            }
        }
    }
}
