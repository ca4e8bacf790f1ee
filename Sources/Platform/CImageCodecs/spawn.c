#define _GNU_SOURCE
#include "CImageCodecs.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/socket.h>
#include <unistd.h>

static void close_all(const int *descriptors, int count) {
    for (int index = 0; index < count; index++) {
        if (descriptors[index] >= 0) close(descriptors[index]);
    }
}

int codec_spawn(const char *program, char *const *arguments, int ends[3], int *process) {
    int input[2] = {-1, -1}, output[2] = {-1, -1}, complaint[2] = {-1, -1};
    int status = -1;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, input) == 0 && pipe2(output, O_CLOEXEC) == 0
        && pipe2(complaint, O_CLOEXEC) == 0) {
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, input[1], 0);
        posix_spawn_file_actions_adddup2(&actions, output[1], 1);
        posix_spawn_file_actions_adddup2(&actions, complaint[1], 2);
        posix_spawn_file_actions_addclosefrom_np(&actions, 3);
        char *environment[] = {NULL};
        pid_t child = 0;
        status = posix_spawn(&child, program, &actions, NULL, arguments, environment);
        posix_spawn_file_actions_destroy(&actions);
        *process = child;
    }
    int theirs[3] = {input[1], output[1], complaint[1]};
    close_all(theirs, 3);
    ends[0] = input[0];
    ends[1] = output[0];
    ends[2] = complaint[0];
    if (status != 0) close_all(ends, 3);
    return status;
}
