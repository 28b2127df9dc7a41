# SPDX-License-Identifier: Apache-2.0
# What is installed, and the Debian package of it (tools/package.sh). Manual and completions are
# printed by the program that they belong to.
include(GNUInstallDirs)

set(pages ${CMAKE_BINARY_DIR}/pages)
file(MAKE_DIRECTORY ${pages})
set(page_files)

# tokenfab_printed(FILE WORD...): what the program prints when asked with these words.
function(tokenfab_printed name)
  add_custom_command(OUTPUT ${pages}/${name}
    COMMAND tokenfab ${ARGN} > ${pages}/${name}
    DEPENDS tokenfab)
  set(page_files ${page_files} ${pages}/${name} PARENT_SCOPE)
endfunction()

# Debian wants manual and changelog compressed, without a date inside.
function(tokenfab_compressed source name)
  add_custom_command(OUTPUT ${pages}/${name}
    COMMAND gzip -9nc ${source} > ${pages}/${name}
    DEPENDS ${source})
  set(page_files ${page_files} ${pages}/${name} PARENT_SCOPE)
endfunction()

tokenfab_printed(tokenfab.1 manual)
tokenfab_printed(tokenfab.bash completion bash)
tokenfab_printed(_tokenfab completion zsh)
tokenfab_printed(tokenfab.fish completion fish)
tokenfab_compressed(${pages}/tokenfab.1 tokenfab.1.gz)
tokenfab_compressed(${PROJECT_SOURCE_DIR}/cmake/package/changelog changelog.gz)
set(with_every_build)
if(CMAKE_BUILD_TYPE STREQUAL "Release")  # elsewhere it would be run under sanitizers
  set(with_every_build ALL)
endif()
add_custom_target(tokenfab_pages ${with_every_build} DEPENDS ${page_files})

file(STRINGS cmake/package/changelog newest LIMIT_COUNT 1)
if(NOT newest MATCHES "^tokenfab \\(${PROJECT_VERSION}\\) ")
  message(FATAL_ERROR "cmake/package/changelog does not begin with version ${PROJECT_VERSION}")
endif()

install(TARGETS tokenfab RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES ${pages}/tokenfab.1.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${pages}/tokenfab.bash
        DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME tokenfab)
install(FILES ${pages}/_tokenfab DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
install(FILES ${pages}/tokenfab.fish
        DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
install(DIRECTORY scenarios DESTINATION ${CMAKE_INSTALL_DATADIR}/tokenfab)
install(FILES README.md LICENSE ${pages}/changelog.gz cmake/package/copyright
        DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/tokenfab)
# Of what the script of the HTML report contains.
file(GLOB licences CONFIGURE_DEPENDS sim/page/web/dist/LICENSE.* sim/page/web/dist/NOTICE.*)
install(FILES ${licences} DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/tokenfab)
install(DIRECTORY docs DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/tokenfab)
install(FILES cmake/package/lintian-overrides
        DESTINATION ${CMAKE_INSTALL_DATADIR}/lintian/overrides RENAME tokenfab)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME tokenfab)
set(CPACK_PACKAGE_CONTACT
    "Seed 2fe00ece maintainers <maintainers@users.noreply.b-seed-2fe00ece.example>")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION "simulator of the AI factory\n\
Tokenfab simulates the AI factory as discrete events: energy goes in, tokens\n\
come out, and it says what every token costs and how well every layer is\n\
used, from chips, networks and serving engines to power, cooling and money.")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
include(CPack)
