// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.tree;

import java.util.ArrayDeque;
import java.util.Arrays;

/// Goes through a part of the tree, parents before children, each directory in one piece, without recursion: a tree
/// may be deeper than a thread's stack.
final class Walk {

    /// Hears of each node: its path, good until it returns, and what the slot holds.
    interface Visitor<E extends Exception> {
        void node(byte[] path, int length, Object slot) throws E;
    }

    private static final class Frame {
        final Branch branch;
        final int pathLength;
        int entry;
        int slot;

        Frame(Branch branch, int pathLength) {
            this.branch = branch;
            this.pathLength = pathLength;
        }
    }

    private final ArrayDeque<Frame> frames = new ArrayDeque<>();
    private byte[] path;
    private int length;

    private Walk(byte[] path) {
        this.path = Arrays.copyOf(path, path.length + 256);
        length = path.length;
    }

    /// Visits the node at `path`, which the slot holds, and all below it.
    static <E extends Exception> void through(byte[] path, Object slot, Visitor<E> visitor) throws E {
        new Walk(path).run(slot, visitor);
    }

    private <E extends Exception> void run(Object top, Visitor<E> visitor) throws E {
        visit(top, visitor);
        while (!frames.isEmpty()) {
            Frame frame = frames.peek();
            Branch branch = frame.branch;
            if (frame.entry >= branch.directory.length) {
                frames.pop();
                continue;
            }
            Segment segment = branch.directory[frame.entry];
            if (frame.slot == segment.capacity()) {
                frame.entry = branch.after(frame.entry);
                frame.slot = 0;
                continue;
            }
            Object child = segment.at(frame.slot++);
            if (child != null) {
                length = frame.pathLength;
                appendName(child);
                visit(child, visitor);
            }
        }
    }

    private <E extends Exception> void visit(Object slot, Visitor<E> visitor) throws E {
        visitor.node(path, length, slot);
        if (slot instanceof Branch branch && branch.count > 0) {
            frames.push(new Frame(branch, length));
        }
    }

    private void appendName(Object child) {
        byte[] packed = child instanceof Branch holder ? holder.packed : (byte[]) child;
        int nameLength = Znode.nameLength(packed);
        int needed = length + 1 + nameLength;
        if (needed > path.length) {
            path = Arrays.copyOf(path, Math.max(needed, path.length * 2));
        }
        path[length] = '/';
        System.arraycopy(packed, Znode.nameFrom(packed), path, length + 1, nameLength);
        length = needed;
    }
}
