// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.disk;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;

/// Says what went wrong with a file or a socket: the messages of many exceptions are the name of the file and no more.
public final class IoCause {

    private IoCause() {}

    public static String of(Exception e) {
        if (e instanceof FileSystemException failure && failure.getReason() == null) {
            return failure.getFile() + ": " + reason(failure);
        }
        return Objects.requireNonNullElseGet(e.getMessage(), e::toString);
    }

    private static String reason(FileSystemException failure) {
        return switch (failure) {
            case NoSuchFileException _ -> "no such file or folder";
            case AccessDeniedException _ -> "access denied";
            case FileAlreadyExistsException _ -> "a file is in the way";
            default -> failure.getClass().getSimpleName();
        };
    }
}
