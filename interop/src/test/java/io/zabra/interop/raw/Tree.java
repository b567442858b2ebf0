// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.raw;

import io.zabra.interop.raw.Ops.AclEntry;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A whole tree as a super user reads it: path to data, ACL and Stat, as text, so that two trees can be compared.
public final class Tree {

    private Tree() {}

    public static Map<String, String> dump(InetSocketAddress address) {
        try (var client = RawClient.open(address, Handshake.fresh(60_000))) {
            client.callOk(Ops.AUTH, Ops.auth("digest", "super:secret".getBytes(StandardCharsets.UTF_8)));
            var nodes = new TreeMap<String, String>();
            walk(client, "/", nodes);
            client.callOk(Ops.CLOSE_SESSION, Ops.EMPTY);
            return nodes;
        }
    }

    private static void walk(RawClient client, String path, Map<String, String> nodes) {
        JuteReader data = client.callOk(Ops.GET_DATA, Ops.read(path, false)).reader();
        byte[] bytes = data.buffer();
        NodeStat stat = NodeStat.read(data);
        List<AclEntry> acl = client.callOk(Ops.GET_ACL, Ops.path(path)).reader().list(AclEntry::read);
        String shown = bytes == null ? "null" : HexFormat.of().formatHex(bytes);
        nodes.put(path, stat + " " + acl + " " + shown);
        List<String> children =
                client.callOk(Ops.GET_CHILDREN, Ops.read(path, false)).reader().strings();
        for (String child : children) {
            walk(client, path.equals("/") ? "/" + child : path + "/" + child, nodes);
        }
    }
}
