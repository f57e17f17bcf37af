//! The scenarios, in their order: each leaves both clients with a lease and logged off.

mod before;
mod changed;
mod recovery;
mod session;
mod start_and_stop;
mod troubles;
mod v6;

use crate::bed::Bed;

/// A scenario, and the name it is reported under.
pub(crate) type Scenario = (&'static str, fn(&mut Bed));

/// What is tried.
pub(crate) const ALL: &[Scenario] = &[
    ("a_client_gets_a_lease_with_the_address_of_the_api", before::lease),
    ("a_new_client_is_redirected_and_nothing_else_passes", before::redirect),
    ("the_captive_portal_api_answers_over_tls", before::api),
    ("the_garden_opens_by_address_and_by_dns_answers_and_closes_again", before::garden),
    ("a_session_at_its_splash_page_opens_its_own_garden", before::splash),
    ("clients_reach_neither_each_other_nor_the_private_side", before::isolation),
    ("clients_reach_no_port_of_the_gateway_but_its_own", before::ports),
    ("clients_reach_no_udp_port_of_the_gateway_but_dns", before::udp_ports),
    ("a_login_opens_and_accounting_says_exactly_what_passed", session::accounting),
    ("probes_and_the_api_say_when_the_way_is_free", before::probes),
    ("bandwidth_limits_are_kept_in_both_directions", session::bandwidth),
    ("a_configuration_that_is_read_again_disturbs_nobody", session::reloaded),
    ("an_address_without_its_hardware_address_gets_nothing", session::stolen_address),
    ("a_logoff_removes_all_of_a_client_whatever_somebody_else_removed", recovery::orphaned),
    ("rules_follow_interfaces_that_come_and_go", recovery::renumbered),
    ("sessions_end_if_the_interface_of_the_clients_stays_away", recovery::carrier_lost),
    ("a_new_limit_leaves_connections_alone_and_a_logoff_cuts_them", session::cut),
    ("session_and_idle_timeouts_cut", session::timeouts),
    ("a_limit_of_octets_is_never_passed", session::octets),
    ("a_limit_beyond_what_the_kernel_takes_is_none", session::endless),
    ("a_login_that_the_kernel_refuses_is_refused_and_not_accounted", session::full),
    ("a_blocked_client_gets_nothing_until_it_is_authorized", session::block),
    ("a_disconnect_request_ends_the_session", session::disconnected),
    ("a_reload_says_what_it_does_not_take_over_and_which_names_hide_the_portal", changed::reload),
    ("a_garden_of_everything_leaves_private_networks_closed", changed::unrestricted),
    ("the_garden_stays_open_while_nobody_answers_for_names", changed::silent_names),
    ("who_is_not_logged_in_is_refused_at_once_if_that_is_configured", changed::refuse),
    ("an_api_is_no_longer_announced_when_its_certificate_has_expired", changed::expired),
    ("ipv6_opens_with_a_login_and_is_counted_to_the_octet", v6::session),
    ("ipv6_of_a_client_that_logs_off_is_cut_and_damage_is_mended", v6::cut),
    ("a_killed_gateway_leaves_traffic_alone_and_comes_back", recovery::killed),
    ("a_gateway_that_is_replaced_leaves_traffic_alone", recovery::replaced),
    ("a_session_that_ended_without_the_gateway_is_accounted_to_the_last_packet", recovery::ended_meanwhile),
    ("a_limit_of_octets_goes_on_when_the_table_was_lost", recovery::limit_goes_on),
    ("a_gateway_that_cannot_start_leaves_sessions_to_the_next", recovery::failed_start),
    ("a_table_that_an_older_gateway_left_is_gone_on_with", recovery::upgraded),
    ("who_stays_within_fewer_clients_keeps_the_session", recovery::fewer_clients),
    ("a_full_disk_is_told_of_and_holds_nobody_up", recovery::full_disk),
    ("a_table_that_somebody_removes_is_made_again", recovery::healed),
    ("elements_that_somebody_removes_are_put_back_and_strangers_put_out", recovery::elements),
    ("the_guard_keeps_the_hotspot_closed_without_a_table_and_is_put_back", recovery::guarded),
    ("a_released_lease_ends_the_session", session::released),
    ("a_dhcp_server_that_does_not_stay_alive_is_told_of_in_the_status", troubles::dhcp),
    ("router_advertisements_to_the_clients_are_told_of_in_the_status", troubles::advertisements),
    ("a_gateway_without_permission_or_programs_says_so", start_and_stop::unprivileged),
    ("every_capability_that_is_missing_is_named", start_and_stop::without_capabilities),
    ("a_ruleset_that_the_kernel_refuses_midway_leaves_nothing_behind", start_and_stop::refused),
    ("a_start_that_fails_leaves_the_hotspot_closed", start_and_stop::failed),
    ("a_start_that_is_refused_does_not_close_the_way_out", start_and_stop::way_out),
    (
        "rules_of_an_earlier_mark_are_removed_and_those_of_other_interfaces_named",
        start_and_stop::earlier_rules,
    ),
    ("a_start_that_is_ended_leaves_no_process_behind", start_and_stop::ended_early),
    ("a_second_gateway_in_one_network_is_refused", start_and_stop::second),
    ("a_clean_stop_removes_the_table_and_leaves_the_hotspot_closed", start_and_stop::stopped),
];
