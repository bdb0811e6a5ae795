# Libraries that are linked as archives where that can be done, for the start of the program.
#
#   hr_archives(TARGET name CALL "expression" HEADER file.h ARCHIVES a.a... NEEDS lib...
#               HINTS folder... SHARED lib...)
#
# defines the interface library <name>: the ARCHIVES, with NEEDS behind them, if all are found
# and a program that makes the CALL links with them; SHARED otherwise.  Debian's shared HDF5
# brings 30 more libraries along (curl, TLS, LDAP, for files in S3 that nobody here opens), and
# loading them takes longer than everything else before the first event of a small scenario.
include(CheckCSourceCompiles)

function(hr_archives)
    cmake_parse_arguments(A "" "TARGET;CALL;HEADER" "ARCHIVES;NEEDS;HINTS;INCLUDES;SHARED" ${ARGN})
    add_library(${A_TARGET} INTERFACE)
    target_include_directories(${A_TARGET} SYSTEM INTERFACE ${A_INCLUDES})
    set(found "")
    foreach(archive IN LISTS A_ARCHIVES)
        string(MAKE_C_IDENTIFIER "HR_${archive}" file)
        find_library(${file} NAMES ${archive} HINTS ${A_HINTS})
        mark_as_advanced(${file})
        list(APPEND found "${${file}}")
    endforeach()
    set(CMAKE_REQUIRED_INCLUDES ${A_INCLUDES})
    set(CMAKE_REQUIRED_LIBRARIES ${found} ${A_NEEDS})
    set(CMAKE_REQUIRED_QUIET ON)
    if(NOT found MATCHES "NOTFOUND")
        check_c_source_compiles("
            #include <${A_HEADER}>
            int main(void) { return ${A_CALL} ? 1 : 0; }" ${A_TARGET}_IS_ARCHIVE)
    endif()
    if(${A_TARGET}_IS_ARCHIVE)
        target_link_libraries(${A_TARGET} INTERFACE ${found} ${A_NEEDS})
    else()
        target_link_libraries(${A_TARGET} INTERFACE ${A_SHARED})
    endif()
endfunction()

# hr_static(OUT lib...): can a program be linked that needs nothing else when it starts?  Each lib,
# of hr_archives, must be an archive.  Then the loader maps no libraries, which takes longer than
# reading the arguments.
function(hr_static out)
    set(${out} OFF PARENT_SCOPE)
    foreach(lib IN LISTS ARGN)
        if(NOT ${lib}_IS_ARCHIVE)
            return()
        endif()
    endforeach()
    set(CMAKE_REQUIRED_LINK_OPTIONS -static-pie)
    set(CMAKE_REQUIRED_LIBRARIES m Threads::Threads)
    set(CMAKE_REQUIRED_QUIET ON)
    check_c_source_compiles("
        #include <math.h>
        #include <pthread.h>
        static void *f(void *x) { *(double *)x = exp(*(double *)x); return x; }
        int main(void) { pthread_t t; double x = 1;
                         return pthread_create(&t, 0, f, &x) || pthread_join(t, 0); }"
        HR_STATIC_LINKS)
    set(${out} ${HR_STATIC_LINKS} PARENT_SCOPE)
endfunction()
