#!/bin/sh
# Starts Mosquitto with its two users, whose passwords come from the environment.
set -eu
umask 077
config=$(dirname "$0")
passwords=/tmp/lineside-passwords

add_user() {
  user=$1 variable=$2 password=$3
  case $password in
    '' | *[!A-Za-z0-9._~-]*)
      echo "$variable must be set, to letters, digits and . _ ~ - alone: it is part of an address" >&2
      exit 1
      ;;
  esac
  printf '%s:%s\n' "$user" "$password" >>"$passwords"
}

: >"$passwords"
add_user lineside MQTT_PASSWORD "${MQTT_PASSWORD:-}"
add_user line LINE_PASSWORD "${LINE_PASSWORD:-}"
mosquitto_passwd -U "$passwords"
# Newer Mosquittos want it to be their user's own.
cp "$config/acl" /tmp/lineside-acl
exec mosquitto -c "$config/mosquitto.conf"
