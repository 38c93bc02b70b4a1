/*
 * Records how to undo every change below one folder until it is synced: a power cut on demand.
 *
 * Loaded with LD_PRELOAD. Before a file below MANGOTREE_CUT_DIR changes, what stood there is
 * appended to MANGOTREE_CUT_LOG; a sync is noted there and, for speed, not passed down.
 * power.py plays the log backwards. README.md names what is modelled and what is not.
 *
 * - Each change (read what stood there, log it, do it) happens under flock(2) on the log, taken
 *   on a descriptor of its own: one order for all threads and processes, set free by a kill.
 * - No state per descriptor: /proc/self/fd tells where one leads, so dup, fork, exec are safe.
 * - A file that the process may hold is read through the process's own descriptor: a second
 *   open and close would drop the process's POSIX locks, which are SQLite's locks.
 */
#define _GNU_SOURCE
#include "record.h"

#include <dlfcn.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <time.h>

#define TWIN(name, of) extern __typeof__(of) name __attribute__((alias(#of)))

struct removed { /* what a name meant before it went away */
    int fd, exists;
    struct stat was;
    char target[PATH_MAX];
};

#define RECORDED(fd, offset, length, call) \
    struct change change; \
    return begin(&change, fd, offset, length) ? -1 : finish(&change, call)

static size_t total(const struct iovec *parts, int count) {
    size_t sum = 0;
    for (int i = 0; i < count; i++) sum += parts[i].iov_len;
    return sum;
}

ssize_t write(int fd, const void *data, size_t length) {
    RECORDED(fd, AT_POSITION, length, syscall(SYS_write, fd, data, length));
}

ssize_t pwrite(int fd, const void *data, size_t length, off_t offset) {
    RECORDED(fd, offset, length, syscall(SYS_pwrite64, fd, data, length, offset));
}
TWIN(pwrite64, pwrite);

ssize_t writev(int fd, const struct iovec *parts, int count) {
    RECORDED(fd, AT_POSITION, total(parts, count), syscall(SYS_writev, fd, parts, count));
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset) {
    RECORDED(fd, offset, total(parts, count),
             syscall(SYS_pwritev, fd, parts, count, offset, 0L));
}
TWIN(pwritev64, pwritev);

ssize_t pwritev2(int fd, const struct iovec *parts, int count, off_t offset, int flags) {
    struct change change;
    if (begin(&change, fd, offset, total(parts, count))) return -1;
    change.durable |= flags & (RWF_DSYNC | RWF_SYNC);
    return finish(&change, syscall(SYS_pwritev2, fd, parts, count, offset, 0L, flags));
}
TWIN(pwritev64v2, pwritev2);

ssize_t sendfile(int to, int from, off_t *offset, size_t length) {
    RECORDED(to, AT_POSITION, length, syscall(SYS_sendfile, to, from, offset, length));
}
TWIN(sendfile64, sendfile);

ssize_t copy_file_range(int from, off64_t *from_offset, int to, off64_t *to_offset,
                        size_t length, unsigned int flags) {
    RECORDED(to, to_offset ? *to_offset : AT_POSITION, length,
             syscall(SYS_copy_file_range, from, from_offset, to, to_offset, length, flags));
}

int ftruncate(int fd, off_t size) {
    struct change change;
    if (begin(&change, fd, size, 0)) return -1;
    off_t old = change.log < 0 ? size : change.was.st_size, low = old < size ? old : size;
    if (old != size) keep_image(&change, fd, low, old < size ? size - old : old - size);
    return finish(&change, syscall(SYS_ftruncate, fd, size));
}
TWIN(ftruncate64, ftruncate);

int truncate(const char *name, off_t size) {
    char path[PATH_MAX];
    if (!names_below(AT_FDCWD, name, 1, path)) return syscall(SYS_truncate, name, size);
    int fd = syscall(SYS_openat, AT_FDCWD, name, O_RDWR | O_CLOEXEC);
    int result = fd < 0 ? -1 : ftruncate(fd, size), kept = errno;
    if (fd >= 0) syscall(SYS_close, fd);
    return errno = kept, result;
}
TWIN(truncate64, truncate);

/* Some modes shift all that follows: the former bytes are kept to the end. */
int fallocate(int fd, int mode, off_t offset, off_t length) {
    struct change change;
    if (begin(&change, fd, offset, length)) return -1;
    off_t rest = change.log < 0 ? 0 : change.was.st_size - offset;
    if (change.log >= 0) keep_image(&change, fd, offset, rest > length ? rest : length);
    return finish(&change, syscall(SYS_fallocate, fd, mode, offset, length));
}
TWIN(fallocate64, fallocate);

int posix_fallocate(int fd, off_t offset, off_t length) {
    int kept = errno, error = fallocate(fd, 0, offset, length) ? errno : 0;
    return errno = kept, error;
}
TWIN(posix_fallocate64, posix_fallocate);

/* Write-only becomes read-write, so that the former bytes can be read without a second open. */
static int open_widened(int at, const char *name, int flags, mode_t mode) {
    int narrow = flags & ~O_TRUNC, wide = (narrow & ~O_ACCMODE) | O_RDWR;
    int fd = syscall(SYS_openat, at, name, wide, mode);
    if (fd >= 0 || errno != EACCES) return fd;
    return syscall(SYS_openat, at, name, narrow, mode);
}

static int open_recorded(int at, const char *name, int flags, mode_t mode) {
    struct change change;
    struct stat old;
    int writes = (flags & (O_ACCMODE | O_CREAT | O_TRUNC)) != 0 && !(flags & O_PATH);
    if (!writes || !names_below(at, name, !(flags & (O_NOFOLLOW | O_EXCL)), change.path))
        return syscall(SYS_openat, at, name, flags, mode);
    int exists = !fstatat(AT_FDCWD, change.path, &old, AT_SYMLINK_NOFOLLOW);
    if (exists && !S_ISREG(old.st_mode)) return syscall(SYS_openat, at, name, flags, mode);
    if ((change.log = lock_names(!exists)) < 0) return -1;
    exists = !fstatat(AT_FDCWD, change.path, &old, AT_SYMLINK_NOFOLLOW);
    int fd = open_widened(at, name, flags, mode);
    if (fd < 0) return settle(change.log, -1);
    fstat(fd, &change.was);
    if (!exists) note(change.log, CREATED, change.path, change.was.st_ino, 0);
    if (flags & O_TRUNC && change.was.st_size) {
        keep_image(&change, fd, 0, change.was.st_size);
        if (syscall(SYS_ftruncate, fd, (off_t)0)) die("cannot truncate a file that was opened");
    }
    return settle(change.log, fd);
}

int openat(int at, const char *name, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    return open_recorded(at, name, flags, mode);
}
TWIN(openat64, openat);

int open(const char *name, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    return open_recorded(AT_FDCWD, name, flags, mode);
}
TWIN(open64, open);

int creat(const char *name, mode_t mode) {
    return open_recorded(AT_FDCWD, name, O_CREAT | O_WRONLY | O_TRUNC, mode);
}
TWIN(creat64, creat);

static int note_new(int log, const char *path, int result) {
    struct stat now;
    if (!result && !fstatat(AT_FDCWD, path, &now, AT_SYMLINK_NOFOLLOW))
        note(log, NAMED, path, now.st_ino, 0);
    return settle(log, result);
}

int mkdirat(int at, const char *name, mode_t mode) {
    char path[PATH_MAX];
    if (!names_below(at, name, 0, path)) return syscall(SYS_mkdirat, at, name, mode);
    int log = lock_names(1);
    return log < 0 ? -1 : note_new(log, path, syscall(SYS_mkdirat, at, name, mode));
}

int mkdir(const char *name, mode_t mode) { return mkdirat(AT_FDCWD, name, mode); }

int symlinkat(const char *target, int at, const char *name) {
    char path[PATH_MAX];
    if (!names_below(at, name, 0, path)) return syscall(SYS_symlinkat, target, at, name);
    int log = lock_names(1);
    return log < 0 ? -1 : note_new(log, path, syscall(SYS_symlinkat, target, at, name));
}

int symlink(const char *target, const char *name) { return symlinkat(target, AT_FDCWD, name); }

/* A file from outside (or from O_TMPFILE) has a past that was not recorded. */
int linkat(int from_at, const char *from, int at, const char *name, int flags) {
    char old[PATH_MAX], path[PATH_MAX];
    int follow = !!(flags & AT_SYMLINK_FOLLOW), known = names_below(from_at, from, follow, old);
    if (!names_below(at, name, 0, path))
        return syscall(SYS_linkat, from_at, from, at, name, flags);
    int log = lock_names(1);
    if (log < 0) return -1;
    if (!known) note(log, UNSEEN, path, 0, 0);
    return note_new(log, path, syscall(SYS_linkat, from_at, from, at, name, flags));
}

int link(const char *from, const char *name) {
    return linkat(AT_FDCWD, from, AT_FDCWD, name, 0);
}

/* Keeps hold of what a name means, before the name goes away or comes to mean another file. */
static void hold(struct removed *removed, const char *path) {
    removed->fd = -1;
    removed->exists = !fstatat(AT_FDCWD, path, &removed->was, AT_SYMLINK_NOFOLLOW);
    if (!removed->exists) return;
    if (S_ISREG(removed->was.st_mode)) {
        removed->fd = syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
        if (removed->fd < 0) die("cannot open a file that is about to lose its name");
    } else if (S_ISLNK(removed->was.st_mode)) {
        removed->was.st_size = readlink(path, removed->target, PATH_MAX - 1);
    }
}

static void keep_content(int log, const struct removed *removed) {
    char bytes[CHUNK];
    size_t size = removed->was.st_size;
    if (S_ISLNK(removed->was.st_mode))
        append(log, KEPT, removed->was.st_ino, 0, 0, 0, "", 0, removed->target, size);
    if (removed->fd < 0) return;
    for (size_t at = 0, length; at < size; at += length) {
        length = size - at < CHUNK ? size - at : CHUNK;
        read_fully(removed->fd, bytes, length, at);
        append(log, KEPT, removed->was.st_ino, at, 0, 0, "", 0, bytes, length);
    }
}

/* Logs a change of names that happened; path may be "old\0new", and is told its length. */
static int settle_names(int log, enum kind kind, struct removed *removed, const char *path,
                        size_t length, int result) {
    int kept = errno;
    if (!result) {
        if (removed->exists) keep_content(log, removed);
        uint64_t inode = removed->exists ? removed->was.st_ino : 0;
        uint64_t mode = removed->exists ? removed->was.st_mode : 0;
        uint64_t links = removed->exists ? removed->was.st_nlink : 0;
        append(log, kind, inode, mode, links, 0, path, length, NULL, 0);
    }
    if (removed->fd >= 0) syscall(SYS_close, removed->fd);
    errno = kept;
    return settle(log, result);
}

int unlinkat(int at, const char *name, int flags) {
    char path[PATH_MAX];
    struct removed removed;
    if (!names_below(at, name, 0, path)) return syscall(SYS_unlinkat, at, name, flags);
    int log = lock_names(0);
    if (log < 0) return -1;
    hold(&removed, path);
    int result = syscall(SYS_unlinkat, at, name, flags);
    return settle_names(log, UNLINKED, &removed, path, strlen(path), result);
}

int unlink(const char *name) { return unlinkat(AT_FDCWD, name, 0); }

int rmdir(const char *name) { return unlinkat(AT_FDCWD, name, AT_REMOVEDIR); }

int remove(const char *name) {
    int result = unlink(name);
    return result && errno == EISDIR ? rmdir(name) : result;
}

/* Moves across the folder's border and exchanges are done, and reported as not modelled. */
int renameat2(int from_at, const char *from, int at, const char *name, unsigned int flags) {
    char both[2 * PATH_MAX], path[PATH_MAX];
    struct removed removed;
    int leaves = names_below(from_at, from, 0, both), arrives = names_below(at, name, 0, path);
    if (!leaves && !arrives) return syscall(SYS_renameat2, from_at, from, at, name, flags);
    int log = lock_names(0);
    if (log < 0) return -1;
    if (!leaves || !arrives || flags & ~RENAME_NOREPLACE) {
        note(log, UNSEEN, arrives ? path : both, 0, 0);
        return settle(log, syscall(SYS_renameat2, from_at, from, at, name, flags));
    }
    hold(&removed, path);
    size_t length = strlen(both) + 1;
    strcpy(both + length, path);
    int result = syscall(SYS_renameat2, from_at, from, at, name, flags);
    return settle_names(log, RENAMED, &removed, both, length + strlen(path), result);
}

int renameat(int from_at, const char *from, int at, const char *name) {
    return renameat2(from_at, from, at, name, 0);
}

int rename(const char *from, const char *name) {
    return renameat2(AT_FDCWD, from, AT_FDCWD, name, 0);
}

static void stall(void) {
    struct timespec left = {stall_ms / 1000, stall_ms % 1000 * 1000000};
    if (!stall_file || syscall(SYS_faccessat, AT_FDCWD, stall_file, F_OK)) return;
    while (nanosleep(&left, &left) && errno == EINTR) continue;
}

/* A sync covers what had been written when it was called: that is the offset in its record. */
static int record_sync(enum kind kind, const char *path, uint64_t inode, int number, int fd) {
    int kept = errno, log = lock_log(), error = refusal(0);
    off_t until = lseek(log, 0, SEEK_END);
    unlock_log(log);
    if (error) return errno = error, -1;
    stall();
    if (real_sync && syscall(number, fd)) return -1;
    log = lock_log();
    note(log, kind, path, inode, until);
    unlock_log(log);
    return errno = kept, 0;
}

static int sync_one(int number, int fd) {
    struct change change;
    int kept = errno;
    if (concerns(&change, fd))
        return record_sync(FILE_SYNCED, change.path, change.was.st_ino, number, fd);
    int is_folder = folder_length && path_of(fd, change.path) && !fstat(fd, &change.was)
        && S_ISDIR(change.was.st_mode)
        && (is_below(change.path) || !strcmp(change.path, folder));
    errno = kept;
    return is_folder ? record_sync(FOLDER_SYNCED, change.path, change.was.st_ino, number, fd)
                     : (int)syscall(number, fd);
}

int fsync(int fd) { return sync_one(SYS_fsync, fd); }

int fdatasync(int fd) { return sync_one(SYS_fdatasync, fd); }

int syncfs(int fd) {
    return folder_length ? record_sync(ALL_SYNCED, folder, 0, SYS_syncfs, fd)
                         : (int)syscall(SYS_syncfs, fd);
}

void sync(void) {
    if (folder_length) record_sync(ALL_SYNCED, folder, 0, SYS_sync, 0);
    else syscall(SYS_sync);
}

static void note_unseen(const char *path) {
    int log = lock_log();
    note(log, UNSEEN, path, 0, 0);
    unlock_log(log);
}

/* What is stored through a mapping never passes here: its file is reported, not modelled. */
void *mmap(void *at, size_t length, int protection, int flags, int fd, off_t offset) {
    struct change change;
    int kept = errno;
    if (fd >= 0 && !(flags & MAP_ANONYMOUS) && flags & MAP_SHARED && protection & PROT_WRITE
        && concerns(&change, fd))
        note_unseen(change.path);
    errno = kept;
    return (void *)syscall(SYS_mmap, at, length, protection, flags, fd, offset);
}
TWIN(mmap64, mmap);

/* The C library writes its streams without passing here: reported, not modelled. */
FILE *fopen(const char *name, const char *mode) {
    char path[PATH_MAX];
    FILE *(*real)(const char *, const char *) =
        (FILE * (*)(const char *, const char *)) dlsym(RTLD_NEXT, "fopen");
    if (!real) die("the C library has no fopen");
    if (strpbrk(mode, "wa+") && names_below(AT_FDCWD, name, 1, path)) {
        int error = refusal(1);
        if (error) return errno = error, NULL;
        note_unseen(path);
    }
    return real(name, mode);
}
TWIN(fopen64, fopen);
