// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.core.base.Prng;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class SteppedDiskTest {

    @Test
    void workThatIsAbandonedDoesNotEvenCleanUp() throws IOException {
        SimDisk disk = new SimDisk(new DiskFaults(new Prng(1)));
        SteppedDisk stepped = new SteppedDisk(disk, 2);
        Stepper work = new Stepper(() -> snapshot(stepped));
        stepped.workOf(work);
        assertThat(work.step()).isTrue();
        work.abandon();
        assertThat(disk.list()).isEqualTo(List.of("temporary"));
    }

    private static void snapshot(SteppedDisk disk) {
        try {
            try {
                disk.create("temporary");
                disk.list();
            } finally {
                disk.delete("temporary");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
