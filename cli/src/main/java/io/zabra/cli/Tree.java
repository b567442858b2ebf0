// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.cli;

import io.zabra.client.BlockingClient;
import io.zabra.client.Transaction;
import io.zabra.client.Watcher;
import io.zabra.client.ZabraClient;
import io.zabra.client.ZabraException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// Walks over subtrees.
final class Tree {

    private Tree() {}

    /// What is done at each znode.
    @FunctionalInterface
    interface Visitor {
        void visit(String path) throws ShellFailure, InterruptedException;
    }

    /// Visits the znode, then its children by name, then the children's subtrees one after another. Znodes that go
    /// meanwhile are passed over.
    static void visit(BlockingClient client, String root, @Nullable Watcher watcher, Visitor visitor)
            throws ShellFailure, InterruptedException {
        client.data(root, watcher);
        visitor.visit(root);
        visitBelow(client, root, watcher, visitor);
    }

    private static void visitBelow(BlockingClient client, String path, @Nullable Watcher watcher, Visitor visitor)
            throws ShellFailure, InterruptedException {
        List<String> children;
        try {
            children = client.children(path, watcher).names().stream()
                    .sorted()
                    .map(name -> child(path, name))
                    .toList();
        } catch (ZabraException.NoNode e) {
            return;
        }
        for (String child : children) {
            visitor.visit(child);
        }
        for (String child : children) {
            visitBelow(client, child, watcher, visitor);
        }
    }

    /// Deletes a subtree from its leaves up, in transactions of `batch` znodes, or one by one if that is not above 0.
    /// False if a transaction failed; the rest then stays.
    static boolean delete(BlockingClient client, String root, int batch) throws InterruptedException {
        List<String> paths = breadthFirst(client, root).reversed();
        if (batch <= 0) {
            for (String path : paths) {
                client.delete(path, ZabraClient.ANY_VERSION);
            }
            return true;
        }
        for (int from = 0; from < paths.size(); from += batch) {
            Transaction transaction = client.transaction();
            for (String path : paths.subList(from, Math.min(paths.size(), from + batch))) {
                transaction.delete(path, ZabraClient.ANY_VERSION);
            }
            try {
                client.commit(transaction);
            } catch (ZabraException e) {
                return false;
            }
        }
        return true;
    }

    private static List<String> breadthFirst(BlockingClient client, String root) throws InterruptedException {
        List<String> found = new ArrayList<>(List.of(root));
        Queue<String> unexplored = new ArrayDeque<>(found);
        for (String path = unexplored.poll(); path != null; path = unexplored.poll()) {
            for (String name : client.children(path).names()) {
                found.add(child(path, name));
                unexplored.add(child(path, name));
            }
        }
        return found;
    }

    private static String child(String path, String name) {
        return path.equals("/") ? "/" + name : path + "/" + name;
    }
}
