// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.diff;

import io.zabra.interop.raw.Jute;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// What a plan does not know before it is played: its own root node, and the zxid that made that node.
///
/// In path templates `$` stands for the root node, and the lone surrogate U+DC00 for the byte 0xFF, which is not UTF-8.
record Env(String root, long baseZxid) {

    static final String ROOT = "$";
    static final char BAD_BYTE = Character.MIN_LOW_SURROGATE;

    String path(String template) {
        return template.replace(ROOT, root);
    }

    Jute writePath(Jute out, @Nullable String template) {
        if (template == null) {
            return out.int32(-1);
        }
        String path = path(template);
        int bad = path.indexOf(BAD_BYTE);
        if (bad < 0) {
            return out.string(path);
        }
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(path.substring(0, bad).getBytes(StandardCharsets.UTF_8));
        bytes.write(0xFF);
        bytes.writeBytes(path.substring(bad + 1).getBytes(StandardCharsets.UTF_8));
        return out.buffer(bytes.toByteArray());
    }
}
