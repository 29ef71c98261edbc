// The component page: every component in every state.
import { mount } from 'svelte';
import '../tokens.css';
import '../base.css';
import '../print.css';
import Page from './Page.svelte';

const target = document.getElementById('app');
if (target) mount(Page, { target });
