/*
 * The cut log and what decides a record: settings, canonical paths, switches, former bytes,
 * and the brackets (begin and finish, lock_names and settle) around each change.
 * Only recorder.c includes this; power.py reads the log.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define MAGIC "MGTCUT\r\n"
#define AT_POSITION ((off_t) - 1)
#define CHUNK ((size_t)16384)

enum kind {
    LOADED = 'B', IMAGE = 'W', CREATED = 'C', NAMED = 'L', KEPT = 'K', UNLINKED = 'U',
    RENAMED = 'N', FILE_SYNCED = 'S', FOLDER_SYNCED = 'D', ALL_SYNCED = 'A', UNSEEN = 'M',
};

struct header { /* as in power.py; 56 bytes without holes, then path, then data */
    char magic[8];
    uint32_t kind, path_length;
    uint64_t inode, offset, size, span, data_length;
};
_Static_assert(sizeof(struct header) == 56, "power.py reads 56 bytes");

struct change { /* one change under way; log is -1 where the folder is not concerned */
    int log, durable;
    struct stat was;
    char path[PATH_MAX];
};

static char folder[PATH_MAX], log_path[PATH_MAX];
static size_t folder_length;
static const char *error_file, *stall_file;
static long stall_ms;
static int real_sync;

/* A record that is lost would make a later verdict a lie: better no verdict. */
static void die(const char *what) {
    dprintf(STDERR_FILENO, "recorder: %s (%s), stopping this process\n", what, strerror(errno));
    abort();
}

static const char *setting(const char *name) {
    const char *value = getenv(name);
    return value && *value ? value : NULL;
}

static int lock_log(void) {
    int log = syscall(SYS_openat, AT_FDCWD, log_path, O_WRONLY | O_APPEND | O_CLOEXEC);
    if (log < 0) die("cannot open the file in MANGOTREE_CUT_LOG");
    while (syscall(SYS_flock, log, LOCK_EX))
        if (errno != EINTR) die("cannot lock the log");
    return log;
}

/* Explicit: a fork between lock and close leaves the descriptor, so the lock, to a child. */
static void unlock_log(int log) {
    int kept = errno;
    syscall(SYS_flock, log, LOCK_UN);
    syscall(SYS_close, log);
    errno = kept;
}

static void append(int log, enum kind kind, uint64_t inode, uint64_t offset, uint64_t size,
                   uint64_t span, const char *path, size_t path_length, const void *data,
                   size_t length) {
    struct header head = {.kind = kind, .path_length = path_length, .inode = inode,
                          .offset = offset, .size = size, .span = span, .data_length = length};
    struct iovec parts[3] = {{&head, sizeof head}, {(void *)path, path_length},
                             {(void *)data, length}};
    memcpy(head.magic, MAGIC, sizeof head.magic);
    if (syscall(SYS_writev, log, parts, 3) != (long)(sizeof head + path_length + length))
        die("cannot append to the log");
}

static void note(int log, enum kind kind, const char *path, uint64_t inode, uint64_t offset) {
    append(log, kind, inode, offset, 0, 0, path, strlen(path), NULL, 0);
}

__attribute__((constructor)) static void load(void) {
    const char *dir = setting("MANGOTREE_CUT_DIR"), *log = setting("MANGOTREE_CUT_LOG");
    const char *ms = setting("MANGOTREE_SYNC_STALL_MS");
    const char *real = setting("MANGOTREE_CUT_REAL_SYNC");
    if (!dir) return;
    errno = EINVAL;
    if (dir[0] != '/' || !dir[1] || strlen(dir) >= sizeof folder) die("MANGOTREE_CUT_DIR");
    if (!log || log[0] != '/' || strlen(log) >= sizeof log_path) die("MANGOTREE_CUT_LOG");
    error_file = setting("MANGOTREE_WRITE_ERROR_FILE");
    stall_file = setting("MANGOTREE_SYNC_STALL_FILE");
    if (!ms != !stall_file) die("MANGOTREE_SYNC_STALL_MS and _FILE belong together");
    stall_ms = ms ? atol(ms) : 0;
    real_sync = real && !strcmp(real, "1");
    strcpy(log_path, log);
    int fd = syscall(SYS_openat, AT_FDCWD, log_path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) die("cannot create the file in MANGOTREE_CUT_LOG");
    syscall(SYS_close, fd);
    fd = lock_log();
    note(fd, LOADED, dir, getpid(), 0);
    unlock_log(fd);
    strcpy(folder, dir);
    folder_length = strlen(folder);
}

/* SQLite rebuilds its -shm file (written by mmap) after a cut, so power.py just deletes it. */
static int is_below(const char *path) {
    size_t length = strlen(path);
    return folder_length && length > folder_length && path[folder_length] == '/'
        && !memcmp(path, folder, folder_length)
        && (length < 4 || strcmp(path + length - 4, "-shm"));
}

static int path_of(int fd, char *path) {
    char link[40];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return path[0] == '/';
}

/* The canonical path of a name, which need not exist yet; 0 where its folder does not. */
static int path_named(int at, const char *name, int follow, char *path) {
    char whole[2 * PATH_MAX] = "", parent[2 * PATH_MAX];
    if (!name || strlen(name) >= PATH_MAX) return 0;
    if (name[0] != '/' && at != AT_FDCWD) {
        if (!path_of(at, whole)) return 0;
        strcat(whole, "/");
    }
    strcat(whole, name);
    size_t length = strlen(whole);
    while (length > 1 && whole[length - 1] == '/') whole[--length] = 0;
    if (follow && realpath(whole, path)) return 1;
    strcpy(parent, whole);
    char *slash = strrchr(parent, '/');
    const char *last = slash ? whole + (slash - parent) + 1 : whole;
    if (slash) slash[slash == parent] = 0;
    if (!realpath(slash ? parent : ".", path)) return 0;
    if (strlen(path) + strlen(last) + 2 > PATH_MAX) return 0;
    if (strcmp(path, "/")) strcat(path, "/");
    strcat(path, last);
    return 1;
}

static int names_below(int at, const char *name, int follow, char *path) {
    int kept = errno, below = folder_length && path_named(at, name, follow, path);
    errno = kept;
    return below && is_below(path);
}

/* The error that the switch file asks for now; needs_space says whether a full disk hits it. */
static int refusal(int needs_space) {
    char text[16] = "";
    if (!error_file) return 0;
    int fd = syscall(SYS_openat, AT_FDCWD, error_file, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return 0;
    ssize_t length = read(fd, text, sizeof text - 1);
    syscall(SYS_close, fd);
    text[length > 0 ? length : 0] = 0;
    text[strcspn(text, " \n")] = 0;
    if (!strcmp(text, "ENOSPC")) return needs_space ? ENOSPC : 0;
    if (!strcmp(text, "EROFS")) return EROFS;
    if (!strcmp(text, "EIO")) return EIO;
    errno = EINVAL;
    die("MANGOTREE_WRITE_ERROR_FILE must hold ENOSPC, EROFS or EIO");
    return 0;
}

/* A write-only descriptor that came from outside, such as a redirected stdout, is reopened. */
static void read_fully(int fd, char *buffer, size_t length, off_t offset) {
    char link[40];
    int own = -1;
    for (size_t done = 0; done < length;) {
        ssize_t got = pread(own < 0 ? fd : own, buffer + done, length - done, offset + done);
        if (got > 0) {
            done += got;
        } else if (got < 0 && errno == EBADF && own < 0) {
            snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
            own = syscall(SYS_openat, AT_FDCWD, link, O_RDONLY | O_CLOEXEC);
            if (own < 0) die("cannot reopen a file to keep its former bytes");
        } else if (got == 0 || errno != EINTR) {
            die("cannot read a file's former bytes");
        }
    }
    if (own >= 0) syscall(SYS_close, own);
}

/* Logs the former bytes of [offset, offset + length), and the former size. */
static void keep_image(const struct change *change, int fd, off_t offset, size_t length) {
    char bytes[CHUNK];
    size_t end = (size_t)offset + length, size = change->was.st_size;
    for (size_t at = offset, span;; at += span) {
        size_t old = at < size ? size - at : 0;
        if (old > end - at) old = end - at;
        if (old > CHUNK) old = CHUNK;
        span = old ? old : end - at;
        read_fully(fd, bytes, old, at);
        append(change->log, IMAGE, change->was.st_ino, at, size, span, change->path,
               strlen(change->path), bytes, old);
        if (at + span >= end) return;
    }
}

/* Whether fd is a file below the folder that still has a name; fills path and was. */
static int concerns(struct change *change, int fd) {
    change->log = -1;
    change->durable = 0;
    return folder_length && path_of(fd, change->path) && is_below(change->path)
        && !fstat(fd, &change->was) && S_ISREG(change->was.st_mode) && change->was.st_nlink;
}

/* 0 to go on; -1 with errno where the switch file says so. */
static int begin(struct change *change, int fd, off_t offset, size_t length) {
    int kept = errno;
    if (!concerns(change, fd)) return errno = kept, 0;
    change->log = lock_log();
    int error = refusal(length != 0), flags = fcntl(fd, F_GETFL);
    if (error) return unlock_log(change->log), errno = error, -1;
    fstat(fd, &change->was);
    change->durable = flags & O_DSYNC;
    if (flags & O_APPEND) /* wins over an offset on Linux */
        offset = change->was.st_size;
    else if (offset == AT_POSITION)
        offset = lseek(fd, 0, SEEK_CUR);
    if (length) keep_image(change, fd, offset, length);
    return errno = kept, 0;
}

static long finish(struct change *change, long result) {
    if (change->log < 0) return result;
    int kept = errno;
    if (change->durable && result >= 0)
        note(change->log, FILE_SYNCED, change->path, change->was.st_ino,
             lseek(change->log, 0, SEEK_END));
    unlock_log(change->log);
    return errno = kept, result;
}

/* Takes the lock for a change of names; -1 with errno where the switch file says so. */
static int lock_names(int needs_space) {
    int log = lock_log(), error = refusal(needs_space);
    if (error) return unlock_log(log), errno = error, -1;
    return log;
}

static int settle(int log, int result) {
    unlock_log(log);
    return result;
}
