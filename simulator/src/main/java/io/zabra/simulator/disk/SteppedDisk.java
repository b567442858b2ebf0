// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.disk;

import io.zabra.storage.Disk;
import io.zabra.storage.DiskFile;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The disk as work sees it that takes time: the work pauses between operations, and others get their turn.
public final class SteppedDisk implements Disk {

    private final Disk disk;
    private final int stepOperations;
    private @Nullable Stepper stepper;
    private int operations;
    private boolean down;

    /// @param stepOperations operations in one step
    public SteppedDisk(Disk disk, int stepOperations) {
        this.disk = disk;
        this.stepOperations = stepOperations;
    }

    /// Sets whose work is done on this disk from now on.
    public void workOf(Stepper newStepper) {
        stepper = newStepper;
    }

    @FunctionalInterface
    private interface Operation<T> {
        T run() throws IOException;
    }

    private <T> T stepped(Operation<T> operation) throws IOException {
        if (stepper != null) {
            stepper.checkAlive();
            if (!down && ++operations % stepOperations == 0) {
                stepper.pause();
            }
        }
        try {
            return operation.run();
        } catch (PowerLoss e) {
            // There is no time any more in which the rest could happen.
            down = true;
            throw e;
        }
    }

    private void steppedAction(Action action) throws IOException {
        stepped(() -> {
            action.run();
            return true;
        });
    }

    @FunctionalInterface
    private interface Action {
        void run() throws IOException;
    }

    @Override
    public List<String> list() throws IOException {
        return stepped(disk::list);
    }

    @Override
    public DiskFile create(String name) throws IOException {
        return new SteppedFile(stepped(() -> disk.create(name)));
    }

    @Override
    public DiskFile open(String name) throws IOException {
        return new SteppedFile(stepped(() -> disk.open(name)));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        steppedAction(() -> disk.rename(from, to));
    }

    @Override
    public void delete(String name) throws IOException {
        steppedAction(() -> disk.delete(name));
    }

    @Override
    public void force() throws IOException {
        steppedAction(disk::force);
    }

    @Override
    public long usableBytes() throws IOException {
        return disk.usableBytes();
    }

    @Override
    public String describe(String name) {
        return disk.describe(name);
    }

    private final class SteppedFile implements DiskFile {

        private final DiskFile file;

        SteppedFile(DiskFile file) {
            this.file = file;
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public int read(long position, byte[] into, int from, int length) throws IOException {
            return stepped(() -> file.read(position, into, from, length));
        }

        @Override
        public void write(long position, byte[] bytes, int from, int length) throws IOException {
            steppedAction(() -> file.write(position, bytes, from, length));
        }

        @Override
        public void truncate(long size) throws IOException {
            steppedAction(() -> file.truncate(size));
        }

        @Override
        public void force() throws IOException {
            steppedAction(file::force);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
