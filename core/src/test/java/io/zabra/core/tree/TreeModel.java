// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.tree;

import io.zabra.wire.data.Acl;
import io.zabra.wire.data.Stat;
import io.zabra.wire.data.StatPersisted;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What a tree has to do, in the plainest words: a sorted map of all paths, and a few lines for each kind of change.
final class TreeModel {

    static final class Node {
        byte @Nullable [] data;
        List<Acl> acl;
        long czxid;
        long mzxid;
        long pzxid;
        long ctimeMs;
        long mtimeMs;
        int version;
        int creations;
        int aversion;
        long owner;

        Node(byte @Nullable [] data, List<Acl> acl) {
            this.data = data;
            this.acl = acl;
        }

        int length() {
            return data == null ? 0 : data.length;
        }

        StatPersisted persisted() {
            return new StatPersisted(czxid, mzxid, ctimeMs, mtimeMs, version, creations, aversion, owner, pzxid);
        }
    }

    final TreeMap<String, Node> nodes = new TreeMap<>();
    final List<String> events = new ArrayList<>();

    TreeModel() {
        nodes.put("/", new Node(new byte[0], Acl.OPEN));
        nodes.put("/zookeeper", new Node(new byte[0], Acl.OPEN));
        nodes.put("/zookeeper/quota", new Node(new byte[0], Acl.OPEN));
        Node config = new Node(new byte[0], Acl.READ_ONLY);
        config.aversion = -1;
        nodes.put("/zookeeper/config", config);
    }

    void create(String path, Node node, long zxid, long timeMs) {
        Node parent = nodes.get(parent(path));
        parent.creations++;
        parent.pzxid = zxid;
        node.czxid = zxid;
        node.mzxid = zxid;
        node.pzxid = zxid;
        node.ctimeMs = timeMs;
        node.mtimeMs = timeMs;
        nodes.put(path, node);
        events.add("created " + path + " " + node.acl + " " + parent.acl);
    }

    void delete(String path, long zxid) {
        Node node = nodes.remove(path);
        Node parent = nodes.get(parent(path));
        parent.pzxid = zxid;
        events.add("deleted " + path + " " + node.acl + " " + parent.acl);
    }

    void setData(String path, byte @Nullable [] data, long zxid, long timeMs) {
        Node node = nodes.get(path);
        node.data = data;
        node.version++;
        node.mzxid = zxid;
        node.mtimeMs = timeMs;
        events.add("changed " + path + " " + node.acl);
    }

    void setAcl(String path, List<Acl> acl) {
        Node node = nodes.get(path);
        node.acl = acl;
        node.aversion++;
    }

    TreeSet<String> children(String path) {
        TreeSet<String> names = new TreeSet<>();
        for (String candidate : nodes.keySet()) {
            if (!candidate.equals("/") && parent(candidate).equals(path)) {
                names.add(candidate.substring(candidate.lastIndexOf('/') + 1));
            }
        }
        return names;
    }

    Stat stat(String path, TreeOptions options) {
        Node n = nodes.get(path);
        int children = children(path).size();
        long owner = options.kind(n.owner) == Owners.Kind.SESSION ? n.owner : 0;
        return new Stat(
                n.czxid,
                n.mzxid,
                n.ctimeMs,
                n.mtimeMs,
                n.version,
                2 * n.creations - children,
                n.aversion,
                owner,
                n.length(),
                children,
                n.pzxid);
    }

    List<String> ephemerals(long session) {
        List<String> paths = new ArrayList<>();
        nodes.forEach((path, node) -> {
            if (node.owner == session) {
                paths.add(path);
            }
        });
        return paths;
    }

    long digest() {
        long sum = 0;
        for (var entry : nodes.entrySet()) {
            if (TreeDigest.counted(entry.getKey())) {
                sum += new TreeDigest()
                        .of(
                                entry.getKey(),
                                entry.getValue().data,
                                entry.getValue().persisted());
            }
        }
        return sum;
    }

    long dataSize() {
        long sum = nodes.get("/").length();
        for (var entry : nodes.entrySet()) {
            sum += entry.getKey().length() + entry.getValue().length();
        }
        return sum;
    }

    static String parent(String path) {
        int slash = path.lastIndexOf('/');
        return slash == 0 ? "/" : path.substring(0, slash);
    }
}
